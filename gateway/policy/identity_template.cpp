#include "policy/identity_template.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <span>

#include "config/suggest.h"
#include "http/field_syntax.h"
#include "identity/claim_path.h"

namespace bearward::policy {
namespace {

constexpr std::string_view claim_prefix = "token.";

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_padded(std::string_view text) { return !text.empty() && (is_blank(text.front()) || is_blank(text.back())); }

bool can_be_carried(std::string_view text) { return http::is_field_value(text) && !is_padded(text); }

/// An element with a comma would reach the upstream as two: role "x,admin" as x and admin.
bool can_be_listed(std::string_view element) {
  return can_be_carried(element) && element.find(',') == std::string_view::npos;
}

/// A scalar of JSON as text; numbers and booleans stand in `room`.
std::string_view scalar_text(const boost::json::value& value, std::span<char> room) {
  const auto digits = [&](auto number) -> std::string_view {
    const auto result = std::to_chars(room.data(), room.data() + room.size(), number);
    return {room.data(), static_cast<std::size_t>(result.ptr - room.data())};
  };
  if (value.is_string()) return value.get_string();
  if (value.is_bool()) return value.get_bool() ? "true" : "false";
  if (value.is_int64()) return digits(value.get_int64());
  if (value.is_uint64()) return digits(value.get_uint64());
  if (value.is_double()) return digits(value.get_double());
  return {};
}

using NumberRoom = std::array<char, 32>;  // the shortest form of a double has at most 24 characters

}  // namespace

/// What a variable stands for in one request: a text, a list, a claim, or none of these.
struct IdentityTemplate::Value {
  std::string_view text;
  std::span<const std::string> list;
  std::string_view separator = ",";
  const boost::json::value* claim = nullptr;

  /// Calls `visit` with each text in turn: the elements of a list, empty ones left out, or the one
  /// scalar. False as soon as `visit` says so, or for an element that is no scalar.
  template <class Visit>
  bool each(Visit visit) const {
    NumberRoom room;
    for (const std::string& element : list) {
      if (!element.empty() && !visit(std::string_view{element})) return false;
    }
    if (claim == nullptr) return text.empty() || visit(text);
    if (claim->is_object()) return false;
    if (!claim->is_array()) {
      const std::string_view scalar = scalar_text(*claim, room);
      return scalar.empty() || visit(scalar);
    }
    for (const boost::json::value& element : claim->get_array()) {
      if (element.is_structured()) return false;
      const std::string_view scalar = scalar_text(element, room);
      if (!scalar.empty() && !visit(scalar)) return false;
    }
    return true;
  }

  bool is_list() const { return claim == nullptr ? text.empty() : claim->is_array(); }
};

auto IdentityTemplate::find_source(std::string_view variable) -> Result<Source, std::string> {
  constexpr std::array<std::string_view, 13> names = {
      "user.username",   "user.email",          "user.full_name",     "user.roles",         "token.scope",
      "token.client_id", "certificate.subject", "certificate.issuer", "certificate.serial", "certificate.fingerprint",
      "certificate.dns", "certificate.email",   "certificate.uri"};
  constexpr std::array sources = {Source::username,
                                  Source::email,
                                  Source::full_name,
                                  Source::roles,
                                  Source::scope,
                                  Source::client_id,
                                  Source::certificate_subject,
                                  Source::certificate_issuer,
                                  Source::certificate_serial,
                                  Source::certificate_fingerprint,
                                  Source::certificate_dns,
                                  Source::certificate_email,
                                  Source::certificate_uri};
  const auto at = std::ranges::find(names, variable);
  if (at != names.end()) return sources[static_cast<std::size_t>(at - names.begin())];
  if (variable.starts_with(claim_prefix) && identity::is_claim_path(variable.substr(claim_prefix.size())))
    return Source::claim;
  return std::unexpected(
      "found {" + std::string{variable} +
      "}, expected {user.username}, {user.email}, {user.full_name}, {user.roles}, {token.scope}, "
      "{token.client_id}, {token.CLAIM} or {certificate.subject}, .issuer, .serial, .fingerprint, .dns, .email, .uri" +
      config::suggest(variable, names));
}

Result<IdentityTemplate, std::string> IdentityTemplate::parse(std::string_view name, std::string_view text) {
  IdentityTemplate result;
  result.name_ = name;
  if (text.empty())
    return std::unexpected("the value is empty; leave the field out, or write a template such as {user.username}");
  if (!can_be_carried(text)) {
    return std::unexpected("the value has a control character, or white space around it; no field can carry it");
  }
  while (!text.empty()) {
    const std::size_t open = std::min(text.find_first_of("{}"), text.size());
    Piece piece{std::string{text.substr(0, open)}, Source::nothing, {}};
    text.remove_prefix(open);
    if (!text.empty()) {
      const std::size_t close = text.find('}');
      if (text.front() == '}' || close == std::string_view::npos) {
        return std::unexpected(
            "found a brace without its other half, expected {user.NAME}, {token.NAME} or {certificate.NAME}");
      }
      piece.variable = text.substr(1, close - 1);
      const auto source = find_source(piece.variable);
      if (!source) return std::unexpected(source.error());
      if (result.pieces_.size() == max_variables) {
        return std::unexpected("more than " + std::to_string(max_variables) + " variables in one field");
      }
      piece.source = *source;
      text.remove_prefix(close + 1);
    }
    result.pieces_.push_back(std::move(piece));
  }
  return result;
}

IdentityTemplate::Value IdentityTemplate::look_up(const Piece& piece, const identity::Principal& principal) {
  Value value;
  const identity::User* user = principal.user.get();
  const identity::TokenClaims* token = principal.token.get();
  switch (piece.source) {
    case Source::nothing:
      break;
    case Source::username:
      value.text = user == nullptr ? std::string_view{} : user->username;
      break;
    case Source::email:
      value.text = user == nullptr ? std::string_view{} : user->email;
      break;
    case Source::full_name:
      value.text = user == nullptr ? std::string_view{} : user->full_name;
      break;
    case Source::roles:
      if (user != nullptr) value.list = user->roles;
      break;
    case Source::scope:
      if (token != nullptr) value.list = token->scopes;
      value.separator = " ";
      break;
    case Source::client_id:
      value.text = token == nullptr ? std::string_view{} : token->client_id;
      break;
    case Source::claim:
      if (token == nullptr) break;
      value.claim = identity::find_claim(token->all, std::string_view{piece.variable}.substr(claim_prefix.size()));
      break;
    default:
      if (principal.certificate) look_up_in(*principal.certificate, piece.source, value);
  }
  return value;
}

void IdentityTemplate::look_up_in(const crypto::ClientCertificate& certificate, Source source, Value& value) {
  switch (source) {
    case Source::certificate_subject:
      value.text = certificate.subject;
      break;
    case Source::certificate_issuer:
      value.text = certificate.issuer;
      break;
    case Source::certificate_serial:
      value.text = certificate.serial;
      break;
    case Source::certificate_fingerprint:
      value.text = certificate.fingerprint;
      break;
    case Source::certificate_dns:
      value.list = certificate.dns;
      break;
    case Source::certificate_email:
      value.list = certificate.email;
      break;
    case Source::certificate_uri:
      value.list = certificate.uri;
      break;
    default:
      break;
  }
}

Result<void, IdentityError> IdentityTemplate::write(const identity::Principal& principal,
                                                    http::HeadWriter& head) const {
  // Every value is looked at before the first byte is written: a field is written whole or not at all.
  std::array<Value, max_variables + 1> values;  // the last piece may be text alone
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    if (pieces_[i].source == Source::nothing) continue;
    values[i] = look_up(pieces_[i], principal);
    const bool listed = values[i].is_list();
    bool absent = true;
    const bool can_be_written = values[i].each([&](std::string_view text) {
      absent = false;
      return listed ? can_be_listed(text) : can_be_carried(text);
    });
    if (!can_be_written) return std::unexpected(IdentityError{name_, pieces_[i].variable});
    if (absent) return {};
  }
  head.text(name_);
  head.text(": ");
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    head.text(pieces_[i].literal);
    std::string_view separator = "";  // not null: memcpy is given it
    values[i].each([&](std::string_view text) {
      head.text(separator);
      head.text(text);
      separator = values[i].separator;
      return true;
    });
  }
  head.text("\r\n");
  return {};
}

}  // namespace bearward::policy
