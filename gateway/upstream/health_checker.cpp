#include "upstream/health_checker.h"

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <random>

#include "telemetry/log.h"

namespace bearward::upstream {
namespace {

using telemetry::Level;

class NoContent final : public http::Content {
 public:
  std::optional<std::uint64_t> length() const override { return 0; }
  std::string_view read_buffered() override { return {}; }
  Task<Result<std::string_view>> read() override { co_return std::string_view{}; }
};

class DropInterim final : public http::InterimSender {
 public:
  Task<> send_interim(const http::ResponseHead&) override { co_return; }
};

}  // namespace

/// The checks of one target, one after another.
class HealthChecker::Check : public std::enable_shared_from_this<Check> {
 public:
  Check(Thread thread, const Group& group, std::shared_ptr<Target> target)
      : thread_(thread),
        upstream_(group.settings().name),
        settings_(*group.settings().health),
        request_("GET " + settings_.path + " HTTP/1.1\r\nHost: " + group.default_host() +
                 "\r\nUser-Agent: bearward-health\r\nConnection: close\r\n\r\n"),
        target_(std::move(target)),
        pause_(thread_.executor) {}

  bool is_for(const Group& group, const std::shared_ptr<Target>& target) const {
    return target == target_ && group.settings().name == upstream_ && group.settings().health == settings_;
  }

  Target& target() const { return *target_; }

  void start() {
    const auto self = shared_from_this();
    asio::co_spawn(thread_.executor, run(),
                   asio::bind_cancellation_slot(stop_.slot(), [self](const std::exception_ptr&) {}));
  }

  void stop() {
    stopped_ = true;
    stop_.emit(asio::cancellation_type::terminal);
  }

 private:
  Task<> run() {
    while (!stopped_) {
      std::string problem;
      try {
        problem = co_await find_problem();
      } catch (const std::exception& exception) {
        problem = exception.what();
      }
      if (stopped_) co_return;
      note(problem);
      pause_.expires_after(next_pause());
      co_await pause_.async_wait(use_task);
    }
  }

  /// Empty when the target is well.
  Task<std::string> find_problem() {
    const SteadyTime until = thread_.timer.now() + settings_.timeout;
    auto client = co_await connect(thread_, *target_, settings_.timeout, until);
    if (!client) co_return "cannot connect: " + client.error().reason;
    NoContent content;
    DropInterim interim;
    const transport::Http1Client::Timeouts timeouts{settings_.timeout, settings_.timeout};
    const transport::Http1Client::Request asked;
    const auto head = co_await (*client)->exchange(request_, content, asked, interim, timeouts);
    if (!head) co_return "no answer: " + head.error().error.message();
    if (head->status >= 400) co_return "it answers " + std::to_string(head->status);
    co_return std::string{};
  }

  void note(const std::string& problem) {
    const bool good = problem.empty();
    in_a_row_ = good == last_good_ ? in_a_row_ + 1 : 1;
    last_good_ = good;
    if (in_a_row_ < (good ? settings_.healthy_after : settings_.unhealthy_after)) return;
    if (!target_->set_healthy(good, thread_.timer.now())) return;
    if (good) {
      telemetry::log(Level::info, "upstream {}: {} is healthy again", upstream_, target_->url());
    } else {
      telemetry::log(Level::warning, "upstream {}: {} is down: {}", upstream_, target_->url(), problem);
    }
  }

  /// A little more or less each time: the checks of many gateways must not come together.
  std::chrono::milliseconds next_pause() {
    const auto tenth = static_cast<int>(settings_.interval.count() / 10);
    return settings_.interval + std::chrono::milliseconds{std::uniform_int_distribution{-tenth, tenth}(random_)};
  }

  Thread thread_;
  std::string upstream_;
  config::HealthCheck settings_;
  std::string request_;
  std::shared_ptr<Target> target_;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    Executor>
      pause_;
  asio::cancellation_signal stop_;
  bool stopped_ = false;
  bool last_good_ = true;
  unsigned in_a_row_ = 0;
  std::minstd_rand random_{std::random_device{}()};
};

void HealthChecker::use(const Groups& groups) {
  std::vector<std::shared_ptr<Check>> wanted;
  for (const auto& group : groups) {
    if (!group->settings().health) continue;
    for (const std::shared_ptr<Target>& target : group->targets()) {
      const auto same = [&](const auto& check) { return check->is_for(*group, target); };
      const auto running = std::ranges::find_if(checks_, same);
      if (running != checks_.end()) {
        wanted.push_back(*running);
      } else {
        wanted.push_back(std::make_shared<Check>(thread_, *group, target));
        wanted.back()->start();
      }
    }
  }
  std::swap(checks_, wanted);
  for (const auto& old : wanted) {
    if (std::ranges::find(checks_, old) != checks_.end()) continue;
    old->stop();
    const auto same_target = [&](const auto& check) { return &check->target() == &old->target(); };
    if (std::ranges::none_of(checks_, same_target)) old->target().set_healthy(true, thread_.timer.now());
  }
}

void HealthChecker::stop() {
  for (const auto& check : checks_) check->stop();
  checks_.clear();
}

}  // namespace bearward::upstream
