#include "command/routes.h"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <unordered_map>

#include "config/load.h"
#include "policy/certificate_condition.h"
#include "policy/compile_routes.h"
#include "policy/route_table.h"
#include "policy/time_condition.h"

namespace bearward::command {
namespace {

using Access = config::Access;
using Row = std::array<std::string, 6>;

constexpr std::array<std::string_view, 6> columns{"name", "host", "methods", "path", "access", "upstream"};

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

std::string_view word_for(Access::Kind kind) {
  switch (kind) {
    case Access::Kind::public_:
      return "public";
    case Access::Kind::authenticated:
      return "authenticated";
    case Access::Kind::deny:
      return "deny";
    case Access::Kind::scopes:
      return "scopes";
    case Access::Kind::any_scope:
      return "any_scope";
    case Access::Kind::roles:
      return "roles";
    case Access::Kind::users:
      return "users";
    case Access::Kind::claims:
      return "claims";
    case Access::Kind::client_ip:
      return "client_ip";
    case Access::Kind::client_certificate:
      return "client_certificate";
    case Access::Kind::time:
      return "time";
    case Access::Kind::all:
      return "all";
    case Access::Kind::any:
      return "any";
    case Access::Kind::not_:
      return "not";
  }
  return "deny";
}

/// `any(claims(sub={username}), roles(admin))`
std::string describe(const Access& access) {
  std::vector<std::string> parts = access.values;
  for (const auto& [name, value] : access.claims) {
    parts.push_back(name + "=" + (value.is_string() ? std::string{value.get_string()} : boost::json::serialize(value)));
  }
  if (access.certificate) parts.push_back(policy::to_string(*access.certificate));
  if (access.time) parts.push_back(policy::to_string(*access.time));
  for (const Access& child : access.children) parts.push_back(describe(child));
  std::string text{word_for(access.kind)};
  if (!parts.empty()) text += "(" + joined(parts, ", ") + ")";
  return text;
}

std::vector<Row> rows_of(const policy::RouteTable& table, const config::Config& config) {
  std::unordered_map<std::string_view, const Access*> access;
  for (const config::Route& route : config.routes) access.emplace(route.name, &route.access);
  std::vector<Row> rows;
  for (const policy::Route* route : table.most_specific_first()) {
    const std::string methods = route->methods.empty() ? "*" : joined(route->methods, ",");
    rows.push_back({route->name, route->host.to_string(), methods, route->path.text, describe(*access.at(route->name)),
                    route->upstream});
  }
  return rows;
}

void print_columns(const std::vector<Row>& rows) {
  std::array<std::size_t, columns.size()> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - row[i].size() + 2, ' ');
    }
    std::cout << line << '\n';
  }
}

void print_text(std::vector<Row> rows) {
  rows.insert(rows.begin(), Row{"NAME", "HOST", "METHODS", "PATH", "ACCESS", "UPSTREAM"});
  print_columns(rows);
}

void print_json(const std::vector<Row>& rows) {
  boost::json::array routes;
  for (const Row& row : rows) {
    boost::json::object route;
    for (std::size_t i = 0; i < columns.size(); ++i) route[columns[i]] = row[i];
    routes.push_back(std::move(route));
  }
  std::cout << boost::json::serialize(routes) << '\n';
}

}  // namespace

int routes(const std::string& config_file, bool json) {
  config::Diagnostics diagnostics;
  const config::Config config = config::load(config_file, config::system_sources(), diagnostics);
  const auto table = policy::RouteTable::compile(policy::compile_routes(config, diagnostics), diagnostics);
  if (diagnostics.has_errors()) {
    for (const config::Finding& finding : diagnostics.sorted()) {
      if (finding.severity == config::Severity::error) std::cerr << finding.to_string() << '\n';
    }
    return 2;
  }
  const std::vector<Row> rows = rows_of(table, config);
  json ? print_json(rows) : print_text(rows);
  return 0;
}

}  // namespace bearward::command
