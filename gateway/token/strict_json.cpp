#include "token/strict_json.h"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_stack.hpp>
#include <cmath>
#include <cstdint>

namespace bearward::token {
namespace {

namespace json = boost::json;

constexpr std::size_t max_depth = 16;

/// Builds a value from the parser's events. Boost's own handler keeps the last of two members of one
/// name; this one counts the members read, to be compared with those that the built value has.
class Builder {
 public:
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();

  // The stack's working memory: of a usual token's size, so that only the value itself allocates.
  Builder() : stack_({}, working_memory_, sizeof working_memory_) { stack_.reset(); }

  json::value take() { return stack_.release(); }
  std::size_t members_read() const { return members_read_; }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) { return true; }
  bool on_object_end(std::size_t members, json::error_code&) {
    members_read_ += members;
    stack_.push_object(members);
    return true;
  }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_array_end(std::size_t elements, json::error_code&) {
    stack_.push_array(elements);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_key(json::string_view rest, std::size_t, json::error_code&) {
    stack_.push_key(rest);
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(json::string_view rest, std::size_t, json::error_code&) {
    stack_.push_string(rest);
    return true;
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t number, json::string_view, json::error_code&) {
    stack_.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, json::string_view, json::error_code&) {
    stack_.push_uint64(number);
    return true;
  }
  bool on_double(double number, json::string_view, json::error_code& error) {
    if (!std::isfinite(number)) error = json::error::exponent_overflow;
    stack_.push_double(number);
    return !error;
  }
  bool on_bool(bool value, json::error_code&) {
    stack_.push_bool(value);
    return true;
  }
  bool on_null(json::error_code&) {
    stack_.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  unsigned char working_memory_[4096];
  json::value_stack stack_;
  std::size_t members_read_ = 0;
};

json::parse_options strict_options() {
  json::parse_options options;  // no comments, no trailing commas, no invalid UTF-8
  options.max_depth = max_depth;
  return options;
}

std::size_t members_of(const json::value& value);

std::size_t members_of(const json::object& object) {
  std::size_t count = object.size();
  for (const auto& member : object)
    if (member.value().is_structured()) count += members_of(member.value());
  return count;
}

std::size_t members_of(const json::value& value) {
  if (const auto* object = value.if_object()) return members_of(*object);
  std::size_t count = 0;
  for (const json::value& element : value.as_array())
    if (element.is_structured()) count += members_of(element);
  return count;
}

}  // namespace

std::optional<json::object> parse_strict_object(std::string_view text) {
  json::basic_parser<Builder> parser{strict_options()};
  json::error_code error;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (error || !parser.done() || read != text.size()) return std::nullopt;
  json::value value = parser.handler().take();
  if (!value.is_object()) return std::nullopt;
  // A name that stood twice was kept once, with all that the other held dropped: fewer members than read.
  if (members_of(value.get_object()) != parser.handler().members_read()) return std::nullopt;
  return std::move(value.get_object());
}

}  // namespace bearward::token
