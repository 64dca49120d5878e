#include "pipeline/authenticate.h"

#include "http/field_syntax.h"
#include "token/certificate_binding.h"
#include "token/standing.h"

namespace bearward::pipeline {
namespace {

/// b64token of RFC 6750 §2.1.
bool is_b64token(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  if (text.empty()) return false;
  for (const char c : text) {
    const bool allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                         c == '.' || c == '_' || c == '~' || c == '+' || c == '/';
    if (!allowed) return false;
  }
  return true;
}

Rejection rejection_for(token::Objection objection) {
  switch (objection) {
    case token::Objection::inactive:
      return Rejection::inactive();
    case token::Objection::revoked:
      return Rejection::invalid_token("revoked");
    case token::Objection::unknown_user:
      break;
  }
  return Rejection::invalid_token("unknown_user");
}

Rejection rejection_for(token::TokenError error) {
  if (error == token::TokenError::no_keys_yet) return Rejection::unavailable("authenticate", token::to_string(error));
  return Rejection::invalid_token(token::to_string(error));
}

bool is_unknown_key(const Rejection& rejection) {
  return rejection.reason == token::to_string(token::TokenError::unknown_key);
}

}  // namespace

Result<std::string_view, Rejection> find_bearer_token(http::Fields fields) {
  const http::Field* credentials = nullptr;
  for (const http::Field& field : fields) {
    if (field.id != http::FieldId::authorization) continue;
    if (credentials != nullptr) return std::unexpected(Rejection::invalid_request("several_credentials"));
    credentials = &field;
  }
  if (credentials == nullptr) return std::string_view{};
  constexpr std::string_view scheme = "Bearer";
  std::string_view value = credentials->value;
  if (!http::equal_ignoring_case(value.substr(0, scheme.size()), scheme)) return std::string_view{};
  value.remove_prefix(scheme.size());
  if (!value.empty() && value.front() != ' ') return std::string_view{};  // "Bearerish": another scheme
  while (value.starts_with(' ')) value.remove_prefix(1);
  if (value.empty()) return std::unexpected(Rejection::invalid_request("malformed_credentials"));
  return value;
}

void Authenticator::use_keys(std::shared_ptr<const token::KeySet> keys) {
  if (keys != keys_) {
    cache_.clear();
    keys_ = std::move(keys);
    verifier_.emplace(keys_);
  }
  key_wait_.settle();
}

Result<Authenticator::Claims, Rejection> Authenticator::verify(std::string_view token, UnixTime now) {
  if (const Claims* known = cache_.find(token)) {
    Claims claims = *known;
    const auto still_good = verifier_->check(*claims, now);
    if (still_good) return claims;
    cache_.erase(token);
    return std::unexpected(Rejection::invalid_token(token::to_string(still_good.error())));
  }
  if (overloaded_) return std::unexpected(Rejection::overloaded("authenticate"));
  // Not before: what the cache knows has passed here once.
  if (!is_b64token(token)) return std::unexpected(Rejection::invalid_request("malformed_credentials"));
  auto verified = verifier_->verify(token, now);
  if (!verified) return std::unexpected(rejection_for(verified.error()));
  cache_.insert(token, *verified);
  return std::move(*verified);
}

Task<bool> Authenticator::wait_for_key_of(std::string_view token) {
  const token::Issuer* issuer = verifier_->issuer_of(token);
  if (issuer == nullptr || !issuer->mapping) co_return false;  // our own keys come with the configuration
  std::string name = issuer->expected.issuer;
  co_return co_await key_wait_.wait(std::move(name));
}

Task<Result<std::shared_ptr<const identity::User>, Rejection>> Authenticator::find_user(const Claims& claims) {
  std::shared_ptr<const identity::User> user;
  // A client's record is no user, whoever issued the token that says so.
  if (!claims->is_client && identity::is_client_subject(claims->username))
    co_return std::unexpected(Rejection::invalid_token("unknown_user"));
  if (const auto* copy = users_.peek(claims->username, timer_.now())) {
    user = *copy;
  } else {
    auto found = co_await users_.find(claims->username);
    if (!found) co_return std::unexpected(Rejection::unavailable("authenticate", "user_store_unavailable"));
    user = std::move(*found);
  }
  if (const auto refused = token::objection_to(*claims, user.get())) co_return std::unexpected(rejection_for(*refused));
  if (claims->is_client) co_return nullptr;  // what was found is the client's record, no user
  co_return user;
}

Task<Result<identity::Principal, Rejection>> Authenticator::authenticate(const http::RequestHead& head,
                                                                         policy::TokenNeed need,
                                                                         Certificate certificate) {
  const identity::Principal nobody{nullptr, nullptr, certificate};
  const bool optional = need == policy::TokenNeed::optional;
  const auto token = find_bearer_token(head.fields);
  if (optional && !token) co_return nobody;
  if (!token) co_return std::unexpected(token.error());
  if (token->empty() && need != policy::TokenNeed::required) co_return nobody;
  if (token->empty()) co_return std::unexpected(Rejection::no_credentials());
  Result<Claims, Rejection> claims = verify(*token, unix_now());
  if (!claims && is_unknown_key(claims.error())) {
    const bool look_again = co_await wait_for_key_of(*token);
    if (look_again) claims = verify(*token, unix_now());
  }
  if (!claims) {
    if (optional && claims.error().status != 503) co_return nobody;
    co_return std::unexpected(std::move(claims.error()));
  }
  if (!token::may_present(**claims, certificate.get())) {
    if (optional) co_return nobody;
    co_return std::unexpected(Rejection::invalid_token(token::to_string(token::TokenError::wrong_certificate)));
  }
  if (auto described = (*claims)->described_user)
    co_return identity::Principal{std::move(*claims), described, std::move(certificate)};
  auto user = co_await find_user(*claims);
  if (!user) {
    if (optional && user.error().status != 503) co_return nobody;
    co_return std::unexpected(std::move(user.error()));
  }
  co_return identity::Principal{std::move(*claims), std::move(*user), std::move(certificate)};
}

}  // namespace bearward::pipeline
