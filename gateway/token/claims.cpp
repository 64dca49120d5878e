#include "token/claims.h"

#include <algorithm>
#include <cmath>

#include "base/base64url.h"
#include "identity/claim_path.h"
#include "token/strict_json.h"
#include "token/token_id.h"

namespace bearward::token {
namespace {

namespace json = boost::json;

/// Reads registered claims and remembers whether one was of the wrong type.
class Reader {
 public:
  explicit Reader(const json::object& members) : members_(members) {}

  bool good() const { return good_; }

  std::string text(std::string_view name) {
    const json::value* value = members_.if_contains(name);
    if (value == nullptr) return {};
    return text_of(*value);
  }

  /// Another type is as if it were absent.
  std::string text_if_any(std::string_view name) {
    const json::value* value = members_.if_contains(name);
    return value != nullptr && value->is_string() ? text_of(*value) : std::string{};
  }

  std::string text_at(std::string_view path) {
    const json::value* value = identity::find_claim(members_, path);
    return value == nullptr ? std::string{} : text_of(*value);
  }

  /// A string, or a list of strings.
  std::vector<std::string> texts(std::string_view name) {
    std::vector<std::string> found;
    const json::value* value = members_.if_contains(name);
    if (value == nullptr) return found;
    if (const auto* list = value->if_array())
      for (const json::value& element : *list) found.push_back(text_of(element));
    else
      found.push_back(text_of(*value));
    return found;
  }

  enum class Round { down, up };
  std::optional<UnixTime> date(std::string_view name, Round round) {
    const json::value* value = members_.if_contains(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_number()) {
      good_ = false;
      return std::nullopt;
    }
    return UnixTime{std::chrono::seconds{whole_seconds(*value, round)}};
  }

 private:
  std::string text_of(const json::value& value) {
    if (const auto* string = value.if_string()) return {string->data(), string->size()};
    good_ = false;
    return {};
  }

  // Held within what a double counts exactly: 285 million years, and far from where adding a leeway overflows.
  static std::int64_t whole_seconds(const json::value& number, Round round) {
    constexpr std::int64_t most = std::int64_t{1} << 53;
    if (const auto* whole = number.if_int64()) return std::clamp(*whole, -most, most);
    if (number.is_uint64()) return most;  // Boost.JSON keeps as uint64 what no int64 holds
    const double seconds = number.get_double();
    const double rounded = round == Round::down ? std::floor(seconds) : std::ceil(seconds);
    return static_cast<std::int64_t>(std::clamp(rounded, -static_cast<double>(most), static_cast<double>(most)));
  }

  const json::object& members_;
  bool good_ = true;
};

// A token that does not say to the millisecond when it was issued is judged as if it was the first of its
// second; a `jti` that contradicts `iat` says nothing.
std::optional<UnixMilliseconds> issued_no_earlier(std::optional<UnixTime> issued_at, std::string_view token_id) {
  if (!issued_at) return std::nullopt;
  const std::optional<UnixMilliseconds> exact = time_of_token_id(token_id);
  if (exact && std::chrono::floor<std::chrono::seconds>(*exact) == *issued_at) return exact;
  return *issued_at;
}

// A name goes into header fields, logs and Redis keys: nobody shall be named by control characters there.
bool is_name(std::string_view text) {
  return !text.empty() &&
         std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

void append_words(std::string_view text, std::vector<std::string>& words) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) words.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
}

/// RFC 8693 §4.2 has `scope` as words in one string; Azure and Okta write `scp`, a string or a list.
/// False for a list element that is not one word: as a word of its own it would be another scope.
bool read_scopes(Reader& reader, const json::object& members, std::vector<std::string>& scopes) {
  const std::string_view name = members.contains("scope") ? "scope" : "scp";
  const json::value* value = members.if_contains(name);
  if (value == nullptr) return true;
  const std::vector<std::string> texts = reader.texts(name);
  if (value->is_string()) {
    append_words(texts.front(), scopes);
    return true;
  }
  scopes = texts;
  return std::ranges::none_of(scopes, [](const std::string& s) { return s.empty() || s.find(' ') != s.npos; });
}

/// The one confirmation method that is known here (RFC 8705 §3.1). False for any other, and for one more: its bearer
/// would have to prove something that nobody checks.
bool read_confirmation(const json::object& members, std::string& thumbprint) {
  const json::value* confirmation = members.if_contains("cnf");
  if (confirmation == nullptr) return true;
  constexpr std::size_t thumbprint_characters = 43;  // base64url of 32 octets
  if (!confirmation->is_object() || confirmation->get_object().size() != 1) return false;
  const json::value* text = confirmation->get_object().if_contains("x5t#S256");
  if (text == nullptr || !text->is_string()) return false;
  thumbprint = std::string_view{text->get_string()};
  return thumbprint.size() == thumbprint_characters && base64url_decode(thumbprint).has_value();
}

}  // namespace

Result<identity::TokenClaims, TokenError> parse_claims(std::string_view json_text, std::string_view username_claim) {
  auto members = parse_strict_object(json_text);
  if (!members) return std::unexpected(TokenError::malformed);
  Reader reader{*members};
  identity::TokenClaims claims;
  const auto expires_at = reader.date("exp", Reader::Round::down);
  claims.not_before = reader.date("nbf", Reader::Round::up);
  claims.issued_at = reader.date("iat", Reader::Round::up);
  claims.issuer = reader.text("iss");
  claims.subject = reader.text("sub");
  claims.username = username_claim == "sub" ? claims.subject : reader.text_at(username_claim);
  claims.audience = reader.texts("aud");
  claims.token_id = reader.text("jti");
  claims.family_id = reader.text_if_any("sid");
  claims.issued_no_earlier = issued_no_earlier(reader.date("iat", Reader::Round::down), claims.token_id);
  claims.client_id = reader.text("client_id");
  const bool scopes_good = read_scopes(reader, *members, claims.scopes);
  if (!reader.good() || !scopes_good || !expires_at || !is_name(claims.subject) || !is_name(claims.username))
    return std::unexpected(TokenError::malformed);
  if (!read_confirmation(*members, claims.certificate_thumbprint))
    return std::unexpected(TokenError::unsupported_confirmation);
  claims.expires_at = *expires_at;
  claims.all = *std::move(members);
  return claims;
}

Result<void, TokenError> check_claims(const identity::TokenClaims& claims, const Expectation& expected, UnixTime now) {
  if (!expected.issuer.empty() && claims.issuer != expected.issuer) return std::unexpected(TokenError::wrong_issuer);
  const auto is_expected = [&](const std::string& audience) {
    return std::ranges::find(expected.audiences, audience) != expected.audiences.end();
  };
  if (!expected.audiences.empty() && std::ranges::none_of(claims.audience, is_expected))
    return std::unexpected(TokenError::wrong_audience);
  if (now >= claims.expires_at + expected.leeway) return std::unexpected(TokenError::expired);
  const auto in_future = [&](const std::optional<UnixTime>& time) { return time && *time - expected.leeway > now; };
  if (in_future(claims.not_before) || in_future(claims.issued_at)) return std::unexpected(TokenError::not_yet_valid);
  return {};
}

}  // namespace bearward::token
