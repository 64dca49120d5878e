#include "store/sqlite/change_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "store/sqlite/sqlite_connection.h"

namespace bearward::store {
namespace {

using namespace std::chrono_literals;
using Step = SqliteStatement::Step;

// SQLite writes a commit to the file (the event) a moment before it can be read. Our own writers raise a
// second event after it (SqliteUserStore); for everybody else's the watch looks again after these delays.
constexpr std::array look_again_after{2ms, 10ms, 50ms};
constexpr auto shortest_pause = 1ms;  // between two looks: a writer that never stops costs about 1 % of a core
constexpr auto retry_pause = 1s;
constexpr std::int64_t max_names = 256;  // told one by one; above it "all" is cheaper

constexpr const char* select_revision = "SELECT revision FROM user_revision";
constexpr const char* select_names =
    "SELECT username, revision FROM user_changes WHERE revision > ?1 ORDER BY revision LIMIT ?2";

}  // namespace

class ChangeWatch::State : public std::enable_shared_from_this<State> {
 public:
  State(Executor executor, std::string path, std::function<void(const ChangedUsers&)> on_change)
      : executor_(executor),
        path_(std::move(path)),
        on_change_(std::move(on_change)),
        events_(executor),
        pause_(executor),
        look_again_(executor) {
    const std::filesystem::path file = path_;
    folder_ = file.has_parent_path() ? file.parent_path().string() : ".";
    name_ = file.filename().string();
  }

  bool start() {
    revision_ = read_revision().value_or(0);
    const bool watching = watch_folder();
    asio::co_spawn(executor_, run(shared_from_this()), asio::detached);
    return watching;
  }

  void close() {
    closed_ = true;
    on_change_ = nullptr;
    error_code ignored;
    events_.close(ignored);
    pause_.cancel();
    look_again_.cancel();
  }

 private:
  using Descriptor = asio::posix::basic_stream_descriptor<Executor>;

  static Task<> run(std::shared_ptr<State> self) {
    while (!self->closed_) {
      if (!self->events_.is_open() && !self->watch_folder()) {
        co_await self->sleep(retry_pause);
        continue;
      }
      self->look();  // what changed while nothing was watched
      while (!self->closed_ && co_await self->read_events()) co_await self->sleep(shortest_pause);
      if (self->closed_) co_return;
      error_code ignored;
      self->events_.close(ignored);
      self->report({.all = true, .usernames = {}});
      co_await self->sleep(retry_pause);
    }
  }

  Task<> sleep(std::chrono::milliseconds time) {
    pause_.expires_after(time);
    [[maybe_unused]] const auto [error] = co_await pause_.async_wait(use_task);
  }

  bool watch_folder() {
    const int inotify = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (inotify < 0) return false;
    constexpr std::uint32_t mask =
        IN_MODIFY | IN_ATTRIB | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR;
    error_code error;
    if (::inotify_add_watch(inotify, folder_.c_str(), mask) >= 0) events_.assign(inotify, error);
    if (!events_.is_open()) ::close(inotify);
    return events_.is_open();
  }

  // False when the folder is not watched any more.
  Task<bool> read_events() {
    std::array<char, 4096> buffer;  // at least 14 events, more wait in the kernel
    const auto [error, size] = co_await events_.async_read_some(asio::buffer(buffer), use_task);
    if (error || closed_) co_return false;
    const std::optional<bool> ours = concerns_us({buffer.data(), size});
    if (!ours) co_return false;
    if (*ours) {
      look();
      look_again(0);
    }
    co_return true;
  }

  // Whether any of the events is about our file; nullopt when the watch itself has ended.
  std::optional<bool> concerns_us(std::string_view events) const {
    bool ours = false;
    while (events.size() >= sizeof(inotify_event)) {
      inotify_event event;  // copied: GCC 12 does not align a buffer that lives in a coroutine's frame
      std::memcpy(&event, events.data(), sizeof event);
      if ((event.mask & (IN_IGNORED | IN_UNMOUNT)) != 0) return std::nullopt;
      if ((event.mask & IN_Q_OVERFLOW) != 0) ours = true;
      if (event.len != 0) ours = ours || is_ours(events.data() + sizeof event);
      events.remove_prefix(std::min(events.size(), sizeof event + event.len));
    }
    return ours;
  }

  bool is_ours(std::string_view changed) const {
    return changed.starts_with(name_) && (changed.size() == name_.size() || changed.substr(name_.size()) == "-wal");
  }

  // A new event starts the delays anew.
  void look_again(std::size_t delay) {
    if (delay == look_again_after.size()) return;
    look_again_.expires_after(look_again_after[delay]);
    look_again_.async_wait([self = shared_from_this(), delay](error_code error) {
      if (error || self->closed_) return;
      self->look();
      self->look_again(delay + 1);
    });
  }

  // Opens the file anew if another one took its place: then nothing known before holds.
  bool connect() {
    const std::optional<SqliteConnection::FileId> file = SqliteConnection::file_id(path_);
    if (connection_ && file && connection_->file() == *file) return true;
    connection_ = nullptr;
    auto opened = SqliteConnection::open(path_, SqliteConnection::Access::read_write);
    if (!opened) return false;
    if (known_file_ && *known_file_ != (*opened)->file()) revision_ = replaced;
    known_file_ = (*opened)->file();
    connection_ = std::move(*opened);
    return true;
  }

  std::optional<std::int64_t> read_revision() {
    if (!connect()) return std::nullopt;
    SqliteStatement statement = connection_->statement(select_revision);
    if (statement.step() == Step::row) return statement.integer(0);
    return std::nullopt;
  }

  void look() {
    const std::optional<std::int64_t> revision = read_revision();
    if (!revision) {
      connection_ = nullptr;  // unreadable now: a fresh look at the next event
      return;
    }
    if (*revision == revision_) return;
    // A revision that went back is a restored copy.
    ChangedUsers changed{.all = *revision < revision_, .usernames = {}};
    if (!changed.all) changed = read_names(*revision);
    revision_ = *revision;
    report(changed);
  }

  ChangedUsers read_names(std::int64_t revision) {
    ChangedUsers changed;
    SqliteStatement statement = connection_->statement(select_names);
    statement.bind(revision_).bind(max_names + 1);
    Step step = statement.step();
    // Later than `revision` is told now and once more with the next look.
    for (; step == Step::row; step = statement.step()) changed.usernames.push_back(statement.text(0));
    const bool too_many = changed.usernames.size() > static_cast<std::size_t>(max_names);
    // From before the first change there is nothing to tell apart: without names the revision still moved.
    if (step == Step::failed || too_many || changed.usernames.empty() || revision < revision_)
      return {.all = true, .usernames = {}};
    return changed;
  }

  void report(const ChangedUsers& changed) {
    if (const auto callback = on_change_; callback) callback(changed);  // a copy: it may close us
  }

  static constexpr std::int64_t replaced = INT64_MAX;  // above every revision: it "went back"

  Executor executor_;
  std::string path_, folder_, name_;
  std::function<void(const ChangedUsers&)> on_change_;
  Descriptor events_;
  asio::steady_timer pause_, look_again_;
  std::unique_ptr<SqliteConnection> connection_;
  std::optional<SqliteConnection::FileId> known_file_;
  std::int64_t revision_ = 0;
  bool closed_ = false;
};

ChangeWatch::ChangeWatch(Executor executor, std::string path, std::function<void(const ChangedUsers&)> on_change)
    : state_(std::make_shared<State>(executor, std::move(path), std::move(on_change))) {}
ChangeWatch::~ChangeWatch() { state_->close(); }
bool ChangeWatch::start() { return state_->start(); }

}  // namespace bearward::store
