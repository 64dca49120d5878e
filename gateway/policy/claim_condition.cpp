#include "policy/claim_condition.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <concepts>
#include <utility>

#include "config/suggest.h"
#include "identity/claim_path.h"
#include "policy/percent_encoding.h"

namespace bearward::policy {
namespace {

std::string unknown_parameter(std::string_view name, std::span<const std::string> parameters) {
  const std::vector<std::string_view> known(parameters.begin(), parameters.end());
  std::string message = "found {" + std::string{name} + "}, expected a parameter of this route's path";
  if (known.empty()) message += ", which has none";
  return message + config::suggest(name, known);
}

/// Doubles hold every integer below; from here on an integer and a double are never taken for equal.
constexpr double exact_limit = 9007199254740992.0;

bool same_number(std::integral auto a, std::integral auto b) { return std::cmp_equal(a, b); }
bool same_number(double a, double b) { return a == b; }
bool same_number(std::integral auto a, double b) { return std::abs(b) < exact_limit && static_cast<double>(a) == b; }
bool same_number(double a, std::integral auto b) { return same_number(b, a); }

bool number_equals(auto wanted, const boost::json::value& claim) {
  if (claim.is_int64()) return same_number(wanted, claim.get_int64());
  if (claim.is_uint64()) return same_number(wanted, claim.get_uint64());
  return claim.is_double() && same_number(wanted, claim.get_double());
}

}  // namespace

Result<ParameterText, std::string> ParameterText::parse(std::string_view text,
                                                        std::span<const std::string> parameters) {
  ParameterText parsed;
  while (true) {
    const std::size_t open = text.find_first_of("{}");
    if (open == std::string_view::npos) {
      parsed.pieces_.push_back({std::string{text}});
      return parsed;
    }
    const std::size_t close = text.find('}', open);
    if (text[open] == '}' || close == std::string_view::npos) {
      return std::unexpected("found a brace without its other half, expected {name}, a parameter of the route's path");
    }
    const std::string_view name = text.substr(open + 1, close - open - 1);
    const auto at = std::ranges::find(parameters, name);
    if (at == parameters.end()) return std::unexpected(unknown_parameter(name, parameters));
    parsed.pieces_.push_back({std::string{text.substr(0, open)}, static_cast<std::size_t>(at - parameters.begin())});
    text.remove_prefix(close + 1);
  }
}

bool ParameterText::equals(std::string_view candidate, std::span<const std::string_view> parameter_values) const {
  for (const Piece& piece : pieces_) {
    if (!candidate.starts_with(piece.literal)) return false;
    candidate.remove_prefix(piece.literal.size());
    if (piece.parameter == none) continue;
    if (piece.parameter >= parameter_values.size()) return false;
    for (DecodedOctets value(parameter_values[piece.parameter]); !value.done();) {
      if (candidate.empty() || candidate.front() != value.next()) return false;
      candidate.remove_prefix(1);
    }
  }
  return candidate.empty();
}

auto ClaimCondition::compile_value(const boost::json::value& value, std::span<const std::string> parameters)
    -> Result<Wanted, std::string> {
  if (value.is_bool()) return value.get_bool();
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64()) return value.get_uint64();
  if (value.is_double()) return value.get_double();
  if (!value.is_string()) return std::unexpected("expected a text, a number, true or false, or a list of these");
  return ParameterText::parse(value.get_string(), parameters);
}

Result<ClaimCondition, std::string> ClaimCondition::compile(std::string_view path, const boost::json::value& wanted,
                                                            std::span<const std::string> parameters) {
  ClaimCondition condition;
  condition.path_ = path;
  condition.wanted_text_ = boost::json::serialize(wanted);
  const std::string where = "claim \"" + condition.path_ + "\": ";
  if (!identity::is_claim_path(path)) {
    return std::unexpected(where + "expected names joined by dots, at most " +
                           std::to_string(identity::max_claim_path_parts));
  }
  const bool is_list = wanted.is_array();
  if (is_list && wanted.get_array().empty())
    return std::unexpected(where + "found an empty list, which nothing satisfies");
  const std::size_t count = is_list ? wanted.get_array().size() : 1;
  for (std::size_t i = 0; i < count; ++i) {
    auto value = compile_value(is_list ? wanted.get_array()[i] : wanted, parameters);
    if (!value) return std::unexpected(where + value.error());
    condition.wanted_.push_back(std::move(*value));
  }
  return condition;
}

bool ClaimCondition::equals(const boost::json::value& claim, std::span<const std::string_view> parameter_values) const {
  const auto equals_one = [&](const auto& wanted) {
    using Type = std::decay_t<decltype(wanted)>;
    if constexpr (std::is_same_v<Type, ParameterText>) {
      return claim.is_string() && wanted.equals(claim.get_string(), parameter_values);
    } else if constexpr (std::is_same_v<Type, bool>) {
      return claim.is_bool() && claim.get_bool() == wanted;
    } else {
      return number_equals(wanted, claim);
    }
  };
  return std::ranges::any_of(wanted_, [&](const Wanted& wanted) { return std::visit(equals_one, wanted); });
}

Truth ClaimCondition::evaluate(const boost::json::object& claims,
                               std::span<const std::string_view> parameter_values) const {
  const boost::json::value* claim = identity::find_claim(claims, path_);
  if (claim == nullptr) return Truth::no;
  if (claim->is_object()) return Truth::undecided;
  if (!claim->is_array()) return equals(*claim, parameter_values) ? Truth::yes : Truth::no;
  Truth truth = Truth::no;
  for (const boost::json::value& element : claim->get_array()) {
    if (equals(element, parameter_values)) return Truth::yes;
    if (element.is_structured()) truth = Truth::undecided;
  }
  return truth;
}

}  // namespace bearward::policy
