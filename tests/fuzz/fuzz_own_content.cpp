// What clients send to the gateway's own endpoints: a Content-Type, a line end, the content. Forms of both kinds,
// tokens to be revoked, sign-ups, changes of users. Read or refused; nothing that is kept may be what two readers take
// differently.
#include <cstdlib>
#include <string>

#include "admin/user_patch.h"
#include "base/utf8.h"
#include "endpoint/sign_up_request.h"
#include "fuzz/fuzz_target.h"
#include "http/field_syntax.h"
#include "oauth/multipart_form.h"
#include "oauth/token_argument.h"
#include "oauth/token_request.h"
#include "store/user_rules.h"

namespace bearward {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_credentials(const oauth::ClientCredentials& client) {
  require(is_utf8(client.id) && client.id.find('\0') == client.id.npos);
}

}  // namespace

void fuzz(std::string_view input) {
  const std::size_t end = input.find('\n');
  const std::string_view type = input.substr(0, end);
  const std::string_view content = end == input.npos ? std::string_view{} : input.substr(end + 1);
  if (!http::is_field_value(type)) return;  // no head would have it
  const std::string_view name = "Content-Type";
  const http::Field field{name, type, http::folded_hash(name), http::FieldId::content_type};
  const http::Fields fields(&field, 1);

  if (const auto boundary = oauth::multipart_boundary(type)) {
    require(!boundary->empty() && boundary->size() <= 70);
    oauth::parse_multipart(content, *boundary);
  }
  if (const auto request = oauth::read_token_request(fields, content)) {
    require(!request->grant_type.empty());
    for (const char* once : {"username", "password", "client_id", "client_secret", "scope", "refresh_token"})
      require(!request->form.repeats(once));
    require(is_utf8(request->form.text("username")));
    check_credentials(request->client);
  }
  if (const auto argument = oauth::read_token_argument(fields, content)) {
    require(!argument->token.empty());
    check_credentials(argument->client);
  }
  if (const auto asked = endpoint::read_sign_up(fields, content, crypto::PasswordScheme::argon2id)) {
    require(!asked->username.empty() && is_utf8(asked->username) && !asked->password.empty());
    require(asked->username.find(':') == asked->username.npos);
  } else {
    require(!asked.error().empty());
  }
  admin::parse_user_patch(content);
}

}  // namespace bearward
