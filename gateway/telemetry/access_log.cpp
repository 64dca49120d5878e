#include "telemetry/access_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <ctime>

#include "telemetry/log.h"

namespace bearward::telemetry {
namespace {

void append_number(std::string& out, std::uint64_t value) {
  char digits[20];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void append_time(std::string& out) {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  thread_local std::time_t written_for = 0;
  thread_local char text[24];
  if (seconds != written_for) {
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.", &parts);
    written_for = seconds;
  }
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  out += text;
  out += static_cast<char>('0' + millis / 100);
  out += static_cast<char>('0' + millis / 10 % 10);
  out += static_cast<char>('0' + millis % 10);
  out += 'Z';
}

/// Writes `"name":"value"` or ` name=value`, whichever the log's form is.
class LineWriter {
 public:
  LineWriter(std::string& out, bool json) : out_(out), json_(json) {
    out_ += json_ ? "{\"time\":\"" : "";
    append_time(out_);
    out_ += json_ ? "\"" : "";
  }
  void text(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    begin(name);
    out_ += '"';
    append_json_escaped(out_, value);
    out_ += '"';
  }
  void number(std::string_view name, std::uint64_t value) {
    begin(name);
    append_number(out_, value);
  }
  void end() { out_ += json_ ? "}\n" : "\n"; }

 private:
  void begin(std::string_view name) {
    out_ += json_ ? ",\"" : " ";
    out_ += name;
    out_ += json_ ? "\":" : "=";
  }
  std::string& out_;
  bool json_;
};

}  // namespace

Result<std::unique_ptr<AccessLog>> AccessLog::open(const std::string& destination, bool json) {
  if (destination == "stdout") return std::unique_ptr<AccessLog>(new AccessLog(STDOUT_FILENO, false, json));
  if (destination == "stderr") return std::unique_ptr<AccessLog>(new AccessLog(STDERR_FILENO, false, json));
  const int descriptor = ::open(destination.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (descriptor < 0) return std::unexpected(error_code{errno, boost::system::system_category()});
  return std::unique_ptr<AccessLog>(new AccessLog(descriptor, true, json));
}

AccessLog::AccessLog(int descriptor, bool owned, bool json)
    : descriptor_(descriptor), owned_(owned), json_(json), thread_([this] { work(); }) {}

AccessLog::~AccessLog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
  if (owned_) ::close(descriptor_);
}

void AccessLog::hand_over(std::string& lines, std::uint64_t count) {
  {
    const std::lock_guard lock(mutex_);
    if (queued_.size() + lines.size() > most_queued_bytes) {
      dropped_ += count;
    } else {
      queued_ += lines;
    }
  }
  lines.clear();
  wake_.notify_one();
}

void AccessLog::work() {
  std::string writing;
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !queued_.empty(); });
    if (queued_.empty()) return;
    writing.clear();
    std::swap(writing, queued_);
    lock.unlock();
    std::string_view rest = writing;
    while (!rest.empty()) {
      const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) {  // a full disk or a closed pipe: these lines are lost, the next may not be
        dropped_ += static_cast<std::uint64_t>(std::count(rest.begin(), rest.end(), '\n'));
        break;
      }
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
    lock.lock();
  }
}

void AccessLogBuffer::append(const AccessRecord& record) {
  if (log_ == nullptr) return;
  LineWriter line(lines_, log_->json());
  line.text("client_ip", record.client_ip);
  line.text("method", record.method);
  line.text("host", record.host);
  line.text("path", record.path);
  line.number("status", static_cast<std::uint64_t>(record.status));
  line.number("bytes", record.content_bytes);
  if (record.tunnelled_bytes) line.number("bytes_received", *record.tunnelled_bytes);
  line.number("duration_us", static_cast<std::uint64_t>(record.duration.count()));
  line.text("route", record.route);
  line.text("user", record.user);
  line.text("roles", record.roles);
  line.text("scopes", record.scopes);
  line.text("client_id", record.client_id);
  line.text("issuer", record.issuer);
  line.text("upstream", record.upstream);
  line.text("reason", record.reason);
  line.text("shadow", record.shadow);
  line.text("request_id", record.request_id);
  if (!record.complete) line.text("end", "cut short");
  line.end();
  ++count_;
  if (lines_.size() >= handed_over_at_bytes) flush();
}

void AccessLogBuffer::flush() {
  if (log_ == nullptr || lines_.empty()) return;
  log_->hand_over(lines_, std::exchange(count_, 0));
}

}  // namespace bearward::telemetry
