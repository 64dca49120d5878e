#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/client_certificate.h"
#include "config/cors.h"
#include "config/identity.h"
#include "config/place.h"
#include "config/rate_limit.h"
#include "config/time_window.h"
#include "config/upgrades.h"

namespace bearward::config {

/// One condition of `access`, as written; policy/access says what each means. A map with several keys
/// is an `all` of them.
struct Access {
  enum class Kind {
    public_,
    authenticated,
    deny,
    scopes,
    any_scope,
    roles,
    users,
    claims,
    client_ip,
    client_certificate,
    time,
    all,
    any,
    not_
  };
  Kind kind = Kind::authenticated;
  std::vector<std::string> values;  // scopes, any_scope, roles, users, client_ip
  std::vector<std::pair<std::string, boost::json::value>>
      claims;  // claims: dotted path -> a scalar or list; strings may name {parameters}
  std::optional<WantedCertificate> certificate;
  std::optional<TimeWindow> time;
  std::vector<Access> children;  // all, any, not (one)
  Place place;
};

/// In the order of the key's choices. `shadow` lets through whom `access` would have refused, and says so.
enum class Mode : std::uint8_t { enforce, shadow };

/// What a route says itself; where it says nothing, its upstream or the top level does.
struct RouteLimits {
  std::optional<std::uint64_t> request_body_bytes;
  std::optional<std::chrono::milliseconds> connect_timeout;
  std::optional<std::chrono::milliseconds> response_timeout;
  std::optional<std::chrono::milliseconds> idle_timeout;
  std::optional<std::chrono::milliseconds> tunnel_timeout;
  std::optional<std::chrono::milliseconds> max_stream_age;
  std::optional<unsigned> retries;
};

struct FieldEdits {
  std::vector<std::pair<std::string, std::string>> set;
  std::vector<std::string> remove;
};

/// One entry of `routes:`.
struct Route {
  std::string name;
  std::string host;                  // empty: any; "*.example.org": one or more labels in front
  std::string path;                  // /a/{b}/**
  std::vector<std::string> methods;  // empty: any
  Access access;
  std::optional<RateLimit> rate_limit;
  Mode mode = Mode::enforce;
  Place mode_place;
  RouteLimits limits;
  Upgrades upgrade;
  std::string upstream;
  Place upstream_place;
  std::string strip_prefix;  // rewrite.strip_prefix; empty: none
  FieldEdits request_fields;
  FieldEdits response_fields;
  std::optional<Cors> cors;          // in place of the top level's
  std::optional<Identity> identity;  // adds to, and per name replaces, the top level's
  Place match_place;
  Place place;
};

}  // namespace bearward::config
