#include "policy/access_condition.h"

#include <algorithm>

namespace bearward::policy::detail {
namespace {

/// Deeper nesting is refused, so that the recursion of compiling and evaluating is bounded.
constexpr std::size_t max_depth = 32;

/// RFC 6749 §3.3: a scope-token stands in a quoted string of the challenge, so no `"`, `\` or space.
bool is_scope(std::string_view scope) {
  return !scope.empty() &&
         std::ranges::all_of(scope, [](char c) { return c > 0x20 && c < 0x7f && c != '"' && c != '\\'; });
}

class Compiler {
 public:
  Compiler(std::span<const std::string> parameters, config::Diagnostics& diagnostics)
      : parameters_(parameters), diagnostics_(diagnostics) {}

  AccessCondition compile(const config::Access& access, std::size_t depth) {
    AccessCondition condition;
    condition.kind = access.kind;
    condition.place = access.place;
    using Kind = AccessCondition::Kind;
    switch (access.kind) {
      case Kind::public_:
      case Kind::authenticated:
      case Kind::deny:
        break;
      case Kind::scopes:
      case Kind::any_scope:
      case Kind::roles:
      case Kind::users:
        compile_values(access, condition);
        break;
      case Kind::client_ip:
        compile_networks(access, condition);
        break;
      case Kind::client_certificate:
        condition.certificate = access.certificate.value_or(config::WantedCertificate{});
        break;
      case Kind::claims:
        compile_claims(access, condition);
        break;
      case Kind::time:
        condition.time = access.time.value_or(config::TimeWindow{});
        break;
      case Kind::all:
      case Kind::any:
      case Kind::not_:
        compile_children(access, condition, depth);
        break;
    }
    return condition;
  }

  bool failed() const { return failed_; }

 private:
  void error(const config::Access& access, const std::string& message) {
    failed_ = true;
    diagnostics_.error(access.place, std::string{name_of(access.kind)} + ": " + message);
  }

  void compile_values(const config::Access& access, AccessCondition& condition) {
    if (access.values.empty()) error(access, "found an empty list, expected one name or more");
    const bool scopes = access.kind == AccessCondition::Kind::scopes || access.kind == AccessCondition::Kind::any_scope;
    for (const std::string& value : access.values) {
      if (value.empty()) error(access, "found an empty name; leave it out");
      if (scopes && !value.empty() && !is_scope(value)) {
        error(access,
              "found \"" + value + "\", expected a scope without spaces, quotes or backslashes (RFC 6749 §3.3)");
      }
    }
    condition.values = access.values;
  }

  void compile_networks(const config::Access& access, AccessCondition& condition) {
    if (access.values.empty()) error(access, "found an empty list, expected one network or more");
    for (const std::string& value : access.values) {
      if (const auto network = IpNetwork::parse(value)) {
        condition.networks.push_back(*network);
      } else {
        error(access,
              "found \"" + value + "\", expected an address or a network whose host bits are zero, such as 10.0.0.0/8");
      }
    }
    condition.values = access.values;
  }

  void compile_claims(const config::Access& access, AccessCondition& condition) {
    if (access.claims.empty()) error(access, "found no claim, expected NAME: VALUE");
    for (const auto& [path, wanted] : access.claims) {
      auto claim = ClaimCondition::compile(path, wanted, parameters_);
      if (claim) {
        condition.claims.push_back(std::move(*claim));
      } else {
        error(access, claim.error());
      }
    }
  }

  void compile_children(const config::Access& access, AccessCondition& condition, std::size_t depth) {
    // An empty `all` would hold for everybody.
    if (access.children.empty()) error(access, "found no condition, expected one or more");
    if (access.kind == AccessCondition::Kind::not_ && access.children.size() > 1) {
      error(access, "found several conditions, expected one; join them with all or any");
    }
    if (depth == max_depth) {
      error(access, "conditions are nested more than " + std::to_string(max_depth) + " deep; split the route");
      return;
    }
    for (const config::Access& child : access.children) condition.children.push_back(compile(child, depth + 1));
  }

  std::span<const std::string> parameters_;
  config::Diagnostics& diagnostics_;
  bool failed_ = false;
};

}  // namespace

std::optional<AccessCondition> AccessCondition::compile(const config::Access& access,
                                                        std::span<const std::string> parameters,
                                                        config::Diagnostics& diagnostics) {
  Compiler compiler(parameters, diagnostics);
  AccessCondition condition = compiler.compile(access, 0);
  if (compiler.failed()) return std::nullopt;
  return condition;
}

std::string_view name_of(AccessCondition::Kind kind) {
  using Kind = AccessCondition::Kind;
  switch (kind) {
    case Kind::public_:
      return "public";
    case Kind::authenticated:
      return "authenticated";
    case Kind::deny:
      return "deny";
    case Kind::scopes:
      return "scopes";
    case Kind::any_scope:
      return "any_scope";
    case Kind::roles:
      return "roles";
    case Kind::users:
      return "users";
    case Kind::claims:
      return "claims";
    case Kind::client_ip:
      return "client_ip";
    case Kind::client_certificate:
      return "client_certificate";
    case Kind::time:
      return "time";
    case Kind::all:
      return "all";
    case Kind::any:
      return "any";
    case Kind::not_:
      return "not";
  }
  return "deny";
}

}  // namespace bearward::policy::detail
