#include "endpoint/sign_up_request.h"

#include <string.h>

#include <boost/json/object.hpp>
#include <utility>

#include "http/field_syntax.h"
#include "http/list.h"
#include "http/problem.h"
#include "http/validation_error.h"
#include "store/user_rules.h"
#include "token/strict_json.h"

namespace bearward::endpoint {
namespace {

using Kind = SignUpFault::Kind;

bool has_json_content(http::Fields fields) {
  if (http::count(fields, http::FieldId::content_type) != 1) return false;
  const std::string_view value = http::find(fields, http::FieldId::content_type)->value;
  return http::equal_ignoring_case(http::trim(value.substr(0, value.find(';'))), "application/json");
}

/// Takes members out of the object; what is wrong with them goes to `faults`.
class Members {
 public:
  Members(boost::json::object object, std::vector<SignUpFault>& faults) : object_(std::move(object)), faults_(faults) {}
  ~Members() {
    // Boost frees the password's memory as it is.
    for (auto& [name, value] : object_)
      if (value.is_string()) ::explicit_bzero(value.get_string().data(), value.get_string().size());
  }
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;

  std::string take(std::string_view name, bool required) {
    const auto found = object_.find(name);
    if (found == object_.end() || (found->value().is_null() && !required)) {
      if (required) faults_.push_back({Kind::missing, name, "is missing"});
      return {};
    }
    if (found->value().is_string()) return std::string(found->value().get_string());
    faults_.push_back({Kind::not_a_string, name, "is not a string"});
    return {};
  }

 private:
  boost::json::object object_;
  std::vector<SignUpFault>& faults_;
};

std::optional<std::string> problem_of_password(const SignUp& asked, crypto::PasswordScheme scheme) {
  if (auto problem = store::problem_of_password(asked.password.reveal())) return problem;
  if (const auto error = crypto::check_password(asked.password.reveal(), scheme))
    return "cannot be used: " + std::string(crypto::to_string(*error));
  return store::problem_of_guessable_password(asked.password.reveal(), asked.username, asked.email);
}

http::ValidationError to_validation_error(const SignUpFault& fault) {
  http::ValidationError error{.type = "value_error", .location = {"body"}, .message = {}};
  if (!fault.member.empty()) error.location.push_back(fault.member);
  switch (fault.kind) {
    case Kind::content_type:
      error.type = "model_attributes_type";
      error.message = "Input should be a valid dictionary or object to extract fields from";
      break;
    case Kind::malformed:
      error.type = "json_invalid";
      error.message = "JSON decode error";
      error.input = "{}";
      error.context = "{\"error\":\"not one JSON object\"}";
      break;
    case Kind::missing:
      error.type = "missing";
      error.message = "Field required";
      break;
    case Kind::not_a_string:
      error.type = "string_type";
      error.message = "Input should be a valid string";
      break;
    case Kind::invalid:
      error.message = "Value error, the " + std::string(fault.member) + " " + fault.message;
      error.context = "{\"error\":{}}";  // what pydantic's exception becomes in JSON
      break;
  }
  return error;
}

}  // namespace

Result<SignUp, std::vector<SignUpFault>> read_sign_up(http::Fields fields, std::string_view content,
                                                      crypto::PasswordScheme scheme) {
  std::vector<SignUpFault> faults;
  if (!has_json_content(fields)) {
    faults.push_back({Kind::content_type, {}, "the content must be of type application/json"});
    return std::unexpected(std::move(faults));
  }
  auto object = token::parse_strict_object(content);
  if (!object) {
    faults.push_back({Kind::malformed, {}, "the content must be one JSON object without a member that repeats"});
    return std::unexpected(std::move(faults));
  }
  Members members(std::move(*object), faults);
  SignUp asked;
  asked.username = members.take("username", true);
  asked.password = Secret(members.take("password", true));
  asked.email = members.take("email", false);
  asked.full_name = members.take("full_name", false);
  if (!faults.empty()) return std::unexpected(std::move(faults));
  const auto note = [&](std::string_view member, std::optional<std::string> problem) {
    if (problem) faults.push_back({Kind::invalid, member, std::move(*problem)});
  };
  note("username", store::problem_of_username(asked.username));
  note("email", store::problem_of_email(asked.email));
  note("full_name", store::problem_of_full_name(asked.full_name));
  note("password", problem_of_password(asked, scheme));
  if (!faults.empty()) return std::unexpected(std::move(faults));
  return asked;
}

http::Response to_response(const std::vector<SignUpFault>& faults, config::Compatibility compatibility) {
  if (compatibility == config::Compatibility::fastapi) {
    std::vector<http::ValidationError> errors;
    for (const SignUpFault& fault : faults) errors.push_back(to_validation_error(fault));
    return http::validation_errors(errors);
  }
  std::string detail;
  for (const SignUpFault& fault : faults) {
    if (!detail.empty()) detail += "; ";
    if (!fault.member.empty()) detail += "the " + std::string(fault.member) + " ";
    detail += fault.message;
  }
  const Kind kind = faults.front().kind;
  return http::problem(kind == Kind::content_type ? 415 : kind == Kind::malformed ? 400 : 422, detail);
}

}  // namespace bearward::endpoint
