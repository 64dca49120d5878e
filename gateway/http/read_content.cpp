#include "http/read_content.h"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <string>
#include <utility>

namespace bearward::http {
namespace {

constexpr std::size_t first_capacity_bytes = 4 * 1024;

/// Collects bytes; wipes the memory that it outgrows, where std::string would leave it as it was.
class Collected {
 public:
  explicit Collected(std::size_t capacity) { text_.reserve(capacity); }
  ~Collected() { const Secret wiped(std::move(text_)); }
  Collected(const Collected&) = delete;
  Collected& operator=(const Collected&) = delete;

  std::size_t size() const { return text_.size(); }

  void append(std::string_view part) {
    if (text_.capacity() - text_.size() < part.size()) grow(text_.size() + part.size());
    text_ += part;
  }

  Secret take() { return Secret(std::move(text_)); }

 private:
  void grow(std::size_t least) {
    const Secret outgrown(std::move(text_));
    text_ = {};
    text_.reserve(std::max(least, 2 * outgrown.reveal().size()));
    text_ += outgrown.reveal();
  }

  std::string text_;
};

/// The server has a limit of its own, `limits.request_body`, which may be the lower one.
ReadContentError error_of(const error_code& error) {
  return error == asio::error::message_size ? ReadContentError::too_large : ReadContentError::cut_short;
}

}  // namespace

Task<Result<Secret, ReadContentError>> read_content(Content& content, std::size_t limit_bytes) {
  const auto length = content.length();
  if (length && *length > limit_bytes) co_return std::unexpected(ReadContentError::too_large);
  Collected collected(static_cast<std::size_t>(length.value_or(first_capacity_bytes)));
  while (true) {
    const Result<std::string_view> part = co_await content.read();
    if (!part) co_return std::unexpected(error_of(part.error()));
    if (part->empty()) co_return collected.take();
    if (part->size() > limit_bytes - collected.size()) co_return std::unexpected(ReadContentError::too_large);
    collected.append(*part);
  }
}

}  // namespace bearward::http
