#pragma once

#include <boost/asio/error.hpp>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/field_syntax.h"
#include "http/message.h"

namespace bearward::testing {

/// Content that arrives in the parts it is given, then ends or breaks off.
class MadeContent final : public http::Content {
 public:
  explicit MadeContent(std::vector<std::string> parts = {}, error_code end = {})
      : parts_(std::make_move_iterator(parts.begin()), std::make_move_iterator(parts.end())), end_(end) {}

  void announce_length(std::uint64_t length) { length_ = length; }
  std::size_t reads() const { return reads_; }

  std::optional<std::uint64_t> length() const override { return length_; }
  std::string_view read_buffered() override { return {}; }
  Task<Result<std::string_view>> read() override {
    ++reads_;
    current_.assign(current_.size(), '#');  // as a reused buffer does to views of the part before
    if (parts_.empty()) co_return end_ ? Result<std::string_view>{std::unexpected(end_)} : std::string_view{};
    current_ = std::move(parts_.front());
    parts_.pop_front();
    co_return std::string_view(current_);
  }

 private:
  std::deque<std::string> parts_;
  error_code end_;
  std::optional<std::uint64_t> length_;
  std::string current_;
  std::size_t reads_ = 0;
};

/// A request that came over no wire, for handlers and endpoints.
class MadeRequest final : public http::InterimSender {
 public:
  using FieldLines = std::vector<std::pair<std::string, std::string>>;

  MadeRequest(std::string method, std::string path, FieldLines lines = {}, std::string content = {})
      : content(content.empty() ? MadeContent{} : MadeContent{{std::move(content)}}),
        method_(std::move(method)),
        path_(std::move(path)),
        lines_(std::move(lines)) {
    for (const auto& [name, value] : lines_) {
      const std::uint32_t hash = http::folded_hash(name);
      fields_.push_back({.name = name, .value = value, .folded_hash = hash, .id = http::identify(name, hash)});
    }
    head.method = method_;
    head.target.path = path_;
    head.fields = fields_;
    head.authority.host = "127.0.0.1";
  }
  MadeRequest(const MadeRequest&) = delete;
  MadeRequest& operator=(const MadeRequest&) = delete;

  http::Request request() { return {head, content, *this, connection}; }
  Task<> send_interim(const http::ResponseHead&) override { co_return; }

  http::RequestHead head;
  MadeContent content;
  http::Connection connection;

 private:
  std::string method_;
  std::string path_;
  FieldLines lines_;
  std::vector<http::Field> fields_;
};

/// The value of a field of `response`'s own, or an empty text.
inline std::string own_field(const http::Response& response, std::string_view name) {
  std::string_view rest = response.own_fields;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(line.size() + 2);
    const std::size_t colon = line.find(": ");
    if (http::equal_ignoring_case(line.substr(0, colon), name)) return std::string(line.substr(colon + 2));
  }
  return {};
}

}  // namespace bearward::testing
