#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "config/endpoints.h"
#include "crypto/password_hash.h"
#include "http/fields.h"
#include "http/message.h"

namespace bearward::endpoint {

/// The most content a sign-up may have.
inline constexpr std::size_t max_sign_up_bytes = 16 * 1024;

/// What somebody asks for who wants to become a user. Roles and `disabled` are not theirs to say.
struct SignUp {
  std::string username;
  Secret password;
  std::string email;      // may be empty
  std::string full_name;  // may be empty
};

/// What is wrong with one member of a sign-up, or with all of it.
struct SignUpFault {
  enum class Kind { content_type, malformed, missing, not_a_string, invalid };
  Kind kind;
  std::string_view member;  // empty: the content as a whole
  std::string message;      // "has fewer than 8 bytes"; never a value
};

/// Reads the JSON object of a sign-up and holds it to the rules for new users (store/user_rules) and to what
/// `scheme` can keep. Other members are passed over, as pydantic does; null stands for absent; a member that
/// stands there twice makes the object malformed. All faults are found.
Result<SignUp, std::vector<SignUpFault>> read_sign_up(http::Fields fields, std::string_view content,
                                                      crypto::PasswordScheme scheme);

/// 415 for another content type, 400 for what is no JSON object, 422 for the rest; 422 for all of it under
/// `fastapi`, with its list of errors.
http::Response to_response(const std::vector<SignUpFault>& faults, config::Compatibility compatibility);

}  // namespace bearward::endpoint
