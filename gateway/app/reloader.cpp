#include "app/reloader.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

#include "telemetry/log.h"

namespace bearward::app {
namespace {

using telemetry::Level;

/// Files are looked at this often, and a change counts when the next look finds the same: an editor or a
/// copy that is half done is not loaded.
constexpr std::chrono::milliseconds between_looks{500};

/// One loads, the rest wait their turn; nobody needs more.
constexpr std::size_t most_waiting_loads = 64;

void log(const Reloader::Outcome& outcome, std::size_t routes) {
  for (const config::Finding& finding : outcome.findings) {
    telemetry::log(finding.severity == config::Severity::error ? Level::error : Level::warning, "{}",
                   finding.to_string());
  }
  if (outcome.ok) {
    telemetry::log(Level::info, "reloaded: generation {}, {} routes", outcome.generation, routes);
  } else {
    telemetry::log(Level::error, "reload refused; generation {} stays", outcome.generation);
  }
}

}  // namespace

Reloader::Reloader(Executor control, std::string file, Loaded loaded, Swap swap)
    : file_(std::move(file)),
      running_(std::move(loaded.snapshot)),
      swap_(std::move(swap)),
      last_{true, running_->generation, std::move(loaded.findings)},
      control_(control),
      pause_(control),
      pool_(1, most_waiting_loads) {
  watched_.running = loaded.files;
  watched_.read = std::move(loaded.files);
  watched_.loaded = watched_.last_look = watched_.read.fingerprint();
}

Task<Reloader::Outcome> Reloader::reload() {
  auto job = [this, running = running_] { return load(running); };
  std::optional<Loaded> done = co_await pool_.run(std::move(job));
  if (!done) co_return Outcome{false, running_->generation, {}};
  if (done->snapshot) {
    done->snapshot->generation = running_->generation + 1;
    serve(std::move(done->snapshot));
  }
  const bool taken = running_->generation != last_.generation;
  ++(taken ? taken_ : refused_);
  last_ = Outcome{taken, running_->generation, std::move(done->findings)};
  log(last_, running_->routes.routes().size());
  co_return last_;
}

void Reloader::serve(std::shared_ptr<const snapshot::Snapshot> next) {
  retired_.push_back(std::exchange(running_, std::move(next)));
  swap_(running_);
}

/// On the loading thread.
Loaded Reloader::load(const std::shared_ptr<const snapshot::Snapshot>& running) {
  Loaded loaded = load_snapshot(file_, running.get());
  watched_.read = loaded.files;
  watched_.loaded = watched_.last_look = watched_.read.fingerprint();
  if (loaded.snapshot) {
    watched_.running = loaded.files;
  } else {
    // What a broken file no longer names is in force all the same.
    watched_.read.merge(watched_.running);
    watched_.loaded = watched_.last_look = watched_.read.fingerprint();
  }
  return loaded;
}

/// On the loading thread.
bool Reloader::came_to_rest_otherwise() {
  watched_.read.look_again();
  const std::string before = std::exchange(watched_.last_look, watched_.read.fingerprint());
  return watched_.last_look != watched_.loaded && watched_.last_look == before;
}

void Reloader::watch_files() { boost::asio::co_spawn(control_, watch(), boost::asio::detached); }

void Reloader::close() {
  closed_ = true;
  pause_.cancel();
}

Task<> Reloader::watch() {
  while (!closed_) {
    pause_.expires_after(between_looks);
    co_await pause_.async_wait(use_task);
    if (closed_) co_return;
    co_await free_retired();
    const std::optional<bool> changed = co_await pool_.run([this] { return came_to_rest_otherwise(); });
    if (closed_ || !changed.value_or(false)) continue;
    telemetry::log(Level::info, "a file of the configuration has changed");
    co_await reload();
  }
}

/// On the loading thread too, since 10,000 routes take milliseconds to free.
Task<> Reloader::free_retired() {
  const auto in_use = [](const auto& snapshot) { return snapshot.use_count() > 1; };
  const auto end = std::ranges::stable_partition(retired_, in_use);
  if (end.empty()) co_return;
  std::vector<std::shared_ptr<const snapshot::Snapshot>> unused(std::move_iterator(end.begin()),
                                                                std::move_iterator(end.end()));
  retired_.erase(end.begin(), end.end());
  auto free_them = [unused = std::move(unused)]() mutable {
    unused.clear();
    return true;
  };
  co_await pool_.run(std::move(free_them));
}

}  // namespace bearward::app
