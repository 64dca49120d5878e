#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/head_writer.h"
#include "identity/principal.h"

namespace bearward::policy {

/// The caller has a value that no field can carry as it is: the request is refused, never forwarded
/// without the field or with an altered value.
struct IdentityError {
  std::string_view field;     // its name; lives as long as the IdentityFields
  std::string_view variable;  // user.full_name, token.NAME: whose value it is; never the value
};

/// One identity field: its name, and a text in which "{user.email}" and the like stand for what is known
/// of the caller.
class IdentityTemplate {
 public:
  static constexpr std::size_t max_variables = 8;

  /// The error says what is wrong with the template and what to write instead; the name is not looked at.
  static Result<IdentityTemplate, std::string> parse(std::string_view name, std::string_view text);

  const std::string& name() const { return name_; }

  /// Writes `Name: value`, or nothing where a variable of it is absent (or empty). Refused are control
  /// characters, white space around a value (it would arrive as another), a comma inside an element of a
  /// list (it would arrive as two), and objects.
  Result<void, IdentityError> write(const identity::Principal& principal, http::HeadWriter& head) const;

 private:
  enum class Source : std::uint8_t {
    nothing,
    username,
    email,
    full_name,
    roles,
    scope,
    client_id,
    claim,
    certificate_subject,
    certificate_issuer,
    certificate_serial,
    certificate_fingerprint,
    certificate_dns,
    certificate_email,
    certificate_uri,
  };
  struct Piece {
    std::string literal;
    Source source = Source::nothing;  // what comes after the literal
    std::string variable;             // user.username, token.NAME
  };
  struct Value;

  static Result<Source, std::string> find_source(std::string_view variable);
  static Value look_up(const Piece& piece, const identity::Principal& principal);
  static void look_up_in(const crypto::ClientCertificate& certificate, Source source, Value& value);

  std::string name_;
  std::vector<Piece> pieces_;
};

}  // namespace bearward::policy
