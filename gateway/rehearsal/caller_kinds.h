#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_network.h"
#include "base/time.h"
#include "identity/principal.h"
#include "policy/access.h"

namespace bearward::rehearsal {

/// A kind of caller, by what sets it apart: a user's name, roles, scopes, claims, an address, a certificate, and when
/// it calls.
struct CallerKind {
  enum class Who { nobody, user, client };  // client: it acts for itself and is no user

  Who who = Who::user;
  std::optional<std::string> username;
  std::set<std::string> roles;
  std::set<std::string> scopes;
  std::map<std::string, boost::json::value> claims;  // by dotted path
  std::optional<IpAddress> client_ip;
  std::optional<UnixTime> time;
  /// What the certificate says that it has shown, by the keys of the condition; without any: it has shown one.
  std::optional<std::map<std::string, std::string>> certificate;

  std::shared_ptr<const crypto::ClientCertificate> shown_certificate() const;
  identity::Principal principal() const;
  /// Where a request of this kind comes from: an address of the documentation's unless one is given.
  IpAddress address() const;
  /// When it calls: in the first minute of a Thursday of 1970, in UTC, unless a time is given.
  UnixTime moment() const { return time.value_or(UnixTime{}); }
  /// What sets it apart, each in words: "role admin". Sorted; empty for anybody with a token.
  std::vector<std::string> marks() const;
  std::string to_string() const;  // "nobody", "anybody with a token", "role admin and scope a"
};

/// A rule, and the path parameters of the request that it is asked about.
struct AskedRule {
  const policy::AccessRule& rule;
  std::span<const std::string> names;
  std::span<const std::string_view> values;
};

/// Kinds of callers of which one sees any change between these rules: every combination of what they mention
/// where those are few; else those that just satisfy a rule, each of these with one thing less and one more.
std::vector<CallerKind> caller_kinds(std::span<const AskedRule> rules);

}  // namespace bearward::rehearsal
