#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "policy/truth.h"

namespace bearward::policy {

/// Text of a policy in which "{name}" stands for a path parameter.
class ParameterText {
 public:
  /// The error says which parameter is unknown or which brace is not closed.
  static Result<ParameterText, std::string> parse(std::string_view text, std::span<const std::string> parameters);

  /// Is `candidate` this text, with the parameters' values percent-decoded? Allocates nothing.
  bool equals(std::string_view candidate, std::span<const std::string_view> parameter_values) const;

 private:
  struct Piece {
    std::string literal;
    std::size_t parameter = none;  // which comes after the literal
  };
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::vector<Piece> pieces_;
};

/// One entry of `claims:`: a claim, by its dotted path, and the values it may have.
class ClaimCondition {
 public:
  /// `wanted` is a scalar, or a list of scalars of which one is enough. The error says what is wrong.
  static Result<ClaimCondition, std::string> compile(std::string_view path, const boost::json::value& wanted,
                                                     std::span<const std::string> parameters);

  /// A scalar claim holds if it equals a wanted value, of the same JSON type; a list if it contains one.
  /// An absent claim is `no`. An object, or a list with anything but scalars and no match, cannot be
  /// compared: `undecided`. Allocates nothing.
  Truth evaluate(const boost::json::object& claims, std::span<const std::string_view> parameter_values) const;

  const std::string& path() const { return path_; }
  /// The wanted values as JSON, for an explanation.
  const std::string& wanted() const { return wanted_text_; }

 private:
  using Wanted = std::variant<bool, std::int64_t, std::uint64_t, double, ParameterText>;

  static Result<Wanted, std::string> compile_value(const boost::json::value& value,
                                                   std::span<const std::string> parameters);
  bool equals(const boost::json::value& claim, std::span<const std::string_view> parameter_values) const;

  std::string path_;
  std::string wanted_text_;
  std::vector<Wanted> wanted_;
};

}  // namespace bearward::policy
