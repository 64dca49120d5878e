#include "probe/selftest.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "http/field_syntax.h"
#include "probe/connection.h"
#include "probe/find_decision.h"
#include "probe/tricks.h"
#include "rehearsal/judge.h"
#include "rehearsal/witness_requests.h"

namespace bearward::probe {
namespace {

using policy::Route;

/// A request that one route decides about and that needs a token.
struct Sample {
  const Route* route = nullptr;
  std::string host;
  std::string path;
  std::string method;
};

bool is_loopback(std::string_view host) {
  const auto address = IpAddress::parse(host);
  static const IpNetwork v4 = *IpNetwork::parse("127.0.0.0/8");
  static const IpAddress v6 = *IpAddress::parse("::1");
  return address && (v4.contains(*address) || *address == v6);
}

/// A listener on all addresses is asked on the loopback one.
std::string reachable(const std::string& host) {
  if (host == "0.0.0.0") return "127.0.0.1";
  return host == "::" ? "::1" : host;
}

std::vector<Sample> samples_of(const snapshot::Snapshot& snapshot) {
  std::vector<const Route*> routes;
  for (const Route& route : snapshot.routes.routes()) routes.push_back(&route);
  std::vector<Sample> samples;
  std::unordered_set<const Route*> known;
  rehearsal::each_witness(routes, [&](const rehearsal::WitnessPlace& place) {
    if (snapshot.config.endpoints.find(place.path) != nullptr) return;
    for (const std::string_view method : place.methods) {
      const auto match = snapshot.routes.match(place.host.name, place.path, method);
      const bool decides = match.outcome == policy::RouteMatch::Outcome::matched;
      if (!decides || match.route->access.is_public() || !known.insert(match.route).second) continue;
      samples.push_back({match.route, place.host.name, std::string(place.path), std::string(method)});
    }
  });
  return samples;
}

/// Every identity field that any route writes.
std::vector<std::string> identity_names(const snapshot::Snapshot& snapshot) {
  std::vector<std::string> names;
  for (const Route& route : snapshot.routes.routes()) {
    for (const std::string_view name : route.identity.names()) {
      if (std::ranges::find(names, name) == names.end()) names.emplace_back(name);
    }
  }
  if (names.size() > 12) names.resize(12);
  return names;
}

class Selftest {
 public:
  Selftest(const snapshot::Snapshot& snapshot, const SelftestOptions& options, UnixTime now)
      : snapshot_(snapshot), options_(options), now_(now), names_(identity_names(snapshot)) {}

  Result<SelftestReport, std::string> run() {
    std::vector<Sample> samples = samples_of(snapshot_);
    const std::size_t tried = std::min(samples.size(), options_.most_routes);
    report_.routes_skipped = samples.size() - tried;
    report_.routes = tried;
    samples.resize(tried);
    for (const config::Listener& listener : snapshot_.config.listeners) {
      listener_ = &listener;
      try_smuggling(samples);
      for (const Sample& sample : samples) try_route(sample);
      if (!unreachable_.empty()) return std::unexpected(unreachable_);
    }
    return std::move(report_);
  }

 private:
  Address address_for(const std::string& host) const {
    Address address;
    address.host = reachable(listener_->address.host);
    address.port = listener_->address.port;
    address.tls = listener_->tls.has_value();
    address.proxy_protocol = listener_->proxy_protocol;
    address.server_name = options_.server_name.empty() ? host : options_.server_name;
    address.ca_file = options_.ca_file;
    address.verify = !options_.insecure && (!options_.ca_file.empty() || !is_loopback(address.host));
    return address;
  }

  void try_smuggling(const std::vector<Sample>& samples) {
    // Where a token is wanted, what slips through is refused too: two answers are what shows it.
    const std::string host = samples.empty() ? "some.invalid" : samples.front().host;
    const std::string path = samples.empty() ? "/bearward-selftest" : samples.front().path;
    for (const Trick& trick : smuggling_tricks(host, path)) {
      const auto answer = send(host, trick.text, std::chrono::milliseconds{100});
      if (!answer) return;
      std::string came = problem_with(*answer);
      if (came.empty() && answer->more) came = "a second response";
      note(nullptr, "smuggling: " + trick.name, trick.text.substr(0, trick.text.find_first_of("\r\n")), came);
    }
  }

  void try_route(const Sample& sample) {
    try_one(sample, "no token", sample.path, "");
    for (const Trick& trick : path_tricks(sample.path)) try_one(sample, "path: " + trick.name, trick.text, "");
    for (const Trick& trick : spoofing_tricks(names_))
      try_one(sample, "spoofing: " + trick.name, sample.path, trick.text);
    const token::TokenIssuer* issuer = snapshot_.token_issuer.get();
    for (const Trick& trick : token_tricks(issuer, now_))
      try_one(sample, "token: " + trick.name, sample.path, trick.text);
    try_one(sample, "token: in the query", sample.path + "?access_token=x", "");
  }

  /// Only what the configuration refuses has to be refused: a trick may lead to a public route.
  void try_one(const Sample& sample, const std::string& trick, const std::string& target, const std::string& fields) {
    if (!unreachable_.empty()) return;
    const rehearsal::Question question{sample.method, "http://" + sample.host + target, {}, {}, now_};
    if (rehearsal::judge(snapshot_, question, rehearsal::nobody()).outcome != rehearsal::Judgement::Outcome::refused) {
      return;
    }
    const std::string request = sample.method + " " + target + " HTTP/1.1\r\nHost: " + sample.host + "\r\n" + fields +
                                (fields.find("Connection:") == std::string::npos ? "Connection: close\r\n" : "") +
                                "\r\n";
    const auto answer = send(sample.host, request, {});
    if (answer) note(&sample, trick, sample.method + " " + target, problem_with(*answer));
  }

  std::optional<Answer> send(const std::string& host, const std::string& request, std::chrono::milliseconds quiet) {
    auto answer = send_bytes(address_for(host), request, std::chrono::seconds{10}, quiet);
    if (answer) return std::move(*answer);
    unreachable_ = "listener \"" + listener_->name + "\": " + answer.error();
    return std::nullopt;
  }

  /// Empty: the gateway itself has refused. 502 and 504 say that it went on to an upstream which did not answer.
  std::string problem_with(const Answer& answer) const {
    constexpr std::array refusals = {400, 401, 403, 404, 405, 408, 413, 414, 417, 429, 431, 501, 503, 505};
    if (answer.status == 0) return answer.ended ? "" : "no answer";
    const std::string status = std::to_string(answer.status);
    if (std::ranges::find(refusals, answer.status) == refusals.end()) return status;
    const std::string id = answer.field("X-Request-Id");
    if (id.empty()) return status + " that the gateway did not give";
    if (!snapshot_.config.admin) return "";
    const auto decision = find_decision(*snapshot_.config.admin, id);
    return decision && *decision ? "" : status + " that the decision log does not know";
  }

  void note(const Sample* sample, std::string trick, std::string request, std::string came) {
    if (came.empty()) {
      ++report_.passed;
      return;
    }
    const std::string route =
        sample == nullptr ? "" : rehearsal::line_of(sample->route->place) + " " + sample->route->name;
    report_.failed.push_back({listener_->name, route, std::move(trick), std::move(request), std::move(came)});
  }

  const snapshot::Snapshot& snapshot_;
  const SelftestOptions& options_;
  UnixTime now_;
  std::vector<std::string> names_;
  const config::Listener* listener_ = nullptr;
  std::string unreachable_;
  SelftestReport report_;
};

}  // namespace

Result<SelftestReport, std::string> selftest(const snapshot::Snapshot& snapshot, const SelftestOptions& options,
                                             UnixTime now) {
  return Selftest(snapshot, options, now).run();
}

}  // namespace bearward::probe
