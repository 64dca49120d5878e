#include "policy/compile_routes.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>

#include "config/suggest.h"
#include "http/field_syntax.h"

namespace bearward::policy {
namespace {

std::string in_quotes(std::string_view text) { return "\"" + std::string{text} + "\""; }

std::string location(const config::Place& place) { return place.file + ":" + std::to_string(place.line); }

/// What a path that was refused calls its parameters, so that its claims are judged all the same.
std::vector<std::string> braced_names(std::string_view path) {
  std::vector<std::string> names;
  for (std::size_t open = path.find('{'); open != std::string_view::npos; open = path.find('{', open + 1)) {
    const std::size_t close = path.find('}', open);
    if (close != std::string_view::npos) names.emplace_back(path.substr(open + 1, close - open - 1));
  }
  return names;
}

class Compiler {
 public:
  Compiler(const config::Config& config, config::Diagnostics& diagnostics)
      : config_(config), diagnostics_(diagnostics) {
    if (config.cors) cors_ = std::make_shared<const Cors>(*config.cors);
    for (std::size_t i = 0; i < config.upstreams.size(); ++i) {
      upstream_index_.emplace(config.upstreams[i].name, i);
      upstream_names_.push_back(config.upstreams[i].name);
    }
  }

  Route compile(const config::Route& from, IdentityFields identity, const FieldNameSet& identity_names) {
    Route route;
    route.name = from.name;
    route.place = from.place;
    check_name(from);
    compile_match(from, route);
    const auto parameters = route.path.text.empty() ? braced_names(from.path) : route.path.parameters;
    route.access = AccessRule::compile(from.access, parameters, diagnostics_);
    if (from.rate_limit) {
      route.rate_limit = {{.requests = from.rate_limit->requests, .per = from.rate_limit->per}, from.rate_limit->by};
    }
    compile_mode(from, route);
    route.limits = from.limits;
    route.upgrade = from.upgrade;
    route.token_leeway = config_.tokens.leeway;
    route.cors = from.cors ? std::make_shared<const Cors>(*from.cors) : cors_;
    compile_upstream(from, route);
    route.assertion = compile_assertion(from, identity);
    route.identity = std::move(identity);
    route.forward_authorization = forwards_authorization(from);
    route.strip_prefix = compile_strip_prefix(from);
    route.request_fields =
        FieldEdits::compile(from.request_fields, "request_headers", &identity_names, from.place, diagnostics_);
    route.response_fields =
        FieldEdits::compile(from.response_fields, "response_headers", nullptr, from.place, diagnostics_);
    return route;
  }

 private:
  void check_name(const config::Route& from) {
    const auto [first, is_new] = first_of_name_.emplace(from.name, &from.place);
    if (is_new) return;
    diagnostics_.error(from.place, "found a second route named " + in_quotes(from.name) + ", the first is at " +
                                       location(*first->second) + "; give each its own name");
  }

  /// Leaves `route.path` empty after an error: the table then leaves the route out.
  void compile_match(const config::Route& from, Route& route) {
    auto host = HostPattern::parse(from.host);
    if (!host) diagnostics_.error(from.match_place, host.error());
    auto path = PathPattern::parse(from.path);
    if (!path) diagnostics_.error(from.match_place, "path " + in_quotes(from.path) + ": " + path.error());
    if (host && path) {
      route.host = std::move(*host);
      route.path = std::move(*path);
    }
    for (const std::string& method : from.methods) check_method(from, method);
    route.methods = from.methods;
    std::ranges::sort(route.methods);
    if (std::ranges::adjacent_find(route.methods) != route.methods.end()) {
      diagnostics_.error(from.match_place, "a method stands here twice; keep one");
    }
  }

  /// Methods are case-sensitive (RFC 9110 §9.1): `get` would never match.
  void check_method(const config::Route& from, std::string_view method) {
    constexpr std::array<std::string_view, 9> known = {"GET",    "HEAD",    "POST",  "PUT",    "PATCH",
                                                       "DELETE", "OPTIONS", "TRACE", "CONNECT"};
    if (!http::is_token(method)) {
      diagnostics_.error(from.match_place, "found method " + in_quotes(method) + ", expected a name such as GET");
    } else if (method == "CONNECT") {
      diagnostics_.error(from.match_place, "CONNECT names no path and is never forwarded; leave it out");
    } else {
      for (const std::string_view each : known) {
        if (method == each || !http::equal_ignoring_case(method, each)) continue;
        diagnostics_.error(from.match_place, "found method " + in_quotes(method) + ", expected " + in_quotes(each) +
                                                 "; methods are written in capitals");
      }
    }
  }

  void compile_upstream(const config::Route& from, Route& route) {
    route.upstream = from.upstream;
    const auto found = upstream_index_.find(from.upstream);
    if (found != upstream_index_.end()) {
      route.upstream_index = found->second;
    } else if (!from.upstream.empty()) {
      diagnostics_.error(from.upstream_place, "found upstream " + in_quotes(from.upstream) +
                                                  ", expected one that is declared under upstreams" +
                                                  config::suggest(from.upstream, upstream_names_));
    } else if (!diagnostics_.has_errors()) {  // else the loader has said so
      diagnostics_.error(from.place, "the route names no upstream; add upstream: NAME");
    }
  }

  void compile_mode(const config::Route& from, Route& route) {
    route.mode = from.mode;
    if (from.mode != config::Mode::shadow) return;
    const bool denies = from.access.kind == config::Access::Kind::deny;
    diagnostics_.warning(from.mode_place, "route " + in_quotes(from.name) + " is in mode shadow: " +
                                              (denies ? "its access is deny, and EVERYBODY is let through"
                                                      : "everybody is let through, whatever its access says") +
                                              "; remove mode to enforce it");
  }

  /// A route's own replaces the top level's as a whole.
  std::optional<config::Assertion> compile_assertion(const config::Route& from, const IdentityFields& fields) {
    const bool has_own = from.identity && from.identity->assertion;
    const config::Identity& block = has_own ? *from.identity : config_.identity;
    std::optional<config::Assertion> assertion = block.assertion;
    if (!assertion) return std::nullopt;
    if (assertion->audience.empty()) assertion->audience = from.upstream;
    const auto clashes = [&](std::string_view name) { return http::folded_equal(name, assertion->header); };
    // Within one block it has been said.
    if (std::ranges::any_of(fields.names(), clashes) &&
        std::ranges::none_of(block.fields, clashes, &config::IdentityField::name))
      diagnostics_.error(from.place, "the assertion's header " + in_quotes(assertion->header) +
                                         " is set under headers too; give the assertion one of its own");
    return assertion;
  }

  bool forwards_authorization(const config::Route& from) const {
    if (from.identity && from.identity->forward_authorization) return *from.identity->forward_authorization;
    return config_.identity.forward_authorization.value_or(false);
  }

  /// Decoded and without a slash at its end, as policy/rewrite takes it.
  std::string compile_strip_prefix(const config::Route& from) {
    if (from.strip_prefix.empty()) return "";
    const auto pattern = PathPattern::parse(from.strip_prefix);
    if (!pattern || pattern->tail || !pattern->parameters.empty()) {
      diagnostics_.error(from.place, "strip_prefix " + in_quotes(from.strip_prefix) + ": " +
                                         (pattern ? "expected a path without {parameters} and **" : pattern.error()));
      return "";
    }
    std::string prefix;
    for (const PathSegment& segment : pattern->segments) {
      if (!segment.text.empty()) prefix += "/" + segment.text;
    }
    return prefix;
  }

  const config::Config& config_;
  config::Diagnostics& diagnostics_;
  std::shared_ptr<const Cors> cors_;  // the top level's
  std::unordered_map<std::string_view, std::size_t> upstream_index_;
  std::vector<std::string_view> upstream_names_;
  std::unordered_map<std::string_view, const config::Place*> first_of_name_;
};

}  // namespace

std::vector<Route> compile_routes(const config::Config& config, config::Diagnostics& diagnostics) {
  std::vector<IdentityFields> identities = compile_identity(config.identity, config.routes, diagnostics);
  const FieldNameSet names = identity_names(config.identity, config.routes);
  Compiler compiler(config, diagnostics);
  std::vector<Route> routes;
  routes.reserve(config.routes.size());
  for (std::size_t i = 0; i < config.routes.size(); ++i) {
    routes.push_back(compiler.compile(config.routes[i], std::move(identities[i]), names));
  }
  return routes;
}

}  // namespace bearward::policy
