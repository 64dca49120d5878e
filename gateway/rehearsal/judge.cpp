#include "rehearsal/judge.h"

#include <algorithm>
#include <charconv>
#include <span>

#include "pipeline/authorize.h"
#include "pipeline/forward.h"
#include "pipeline/match_route.h"
#include "transport/http1_parser.h"

namespace bearward::rehearsal {
namespace {

using pipeline::Rejection;

/// Nothing is read of it and nothing sent.
class NoContent final : public http::Content {
 public:
  std::optional<std::uint64_t> length() const override { return 0; }
  std::string_view read_buffered() override { return {}; }
  Task<Result<std::string_view>> read() override { co_return std::string_view{}; }
};
class NoInterim final : public http::InterimSender {
 public:
  Task<> send_interim(const http::ResponseHead&) override { co_return; }
};

/// A question's target in its parts.
struct Where {
  bool secure = false;
  std::string_view authority;  // empty: the request names no host
  std::string_view path;
};

Where parts_of(std::string_view target) {
  Where where;
  const std::size_t scheme = target.starts_with('/') ? std::string_view::npos : target.find("://");
  if (scheme == std::string_view::npos) {
    where.path = target;
    return where;
  }
  where.secure = target.starts_with("https");
  const std::string_view rest = target.substr(scheme + 3);
  const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
  where.authority = rest.substr(0, end);
  where.path = rest.substr(end);
  return where;
}

/// The head as a client would send it. A request without a host is one of HTTP/1.0; it is told here so that
/// the upstream is shown what 1.1 would send.
std::string head_text(const Question& question, const Where& where) {
  std::string text = question.method + " ";
  if (!where.path.starts_with('/')) text += "/";
  text += where.path;
  text += " HTTP/1.1\r\nHost: " + std::string(where.authority.empty() ? "none" : where.authority) + "\r\n";
  for (const auto& [name, value] : question.fields) text += name + ": " + value + "\r\n";
  return text + "\r\n";
}

http::Connection connection_of(const Question& question, const Where& where, std::string_view port) {
  http::Connection connection;
  connection.peer = question.client_ip;
  connection.peer_text = question.client_ip.to_string();
  connection.tls = where.secure;
  connection.certificate = question.certificate;
  connection.local_port = where.secure ? 443 : 80;
  if (!port.empty()) std::from_chars(port.data(), port.data() + port.size(), connection.local_port);
  return connection;
}

class Judge {
 public:
  Judge(const snapshot::Snapshot& snapshot, const Question& question) : snapshot_(snapshot), question_(question) {}

  Judgement judge(const Caller& caller) {
    if (auto refused = decide(caller)) {
      result_.outcome = Judgement::Outcome::refused;
      result_.rejection = std::move(*refused);
    }
    return std::move(result_);
  }

 private:
  /// The stages in the order of app/dispatch and pipeline/pipeline.
  std::optional<Rejection> decide(const Caller& caller) {
    const Where where = parts_of(question_.target);
    std::string text = head_text(question_, where);
    transport::FieldStorage storage;
    auto head = transport::parse_request_head(text, storage);
    if (!head) return Rejection::unreadable(head.error().status, head.error().reason);
    const http::Connection connection = connection_of(question_, where, head->authority.port);
    if (where.authority.empty()) head->authority = {};
    result_.host = head->authority.host;
    result_.path = head->target.path;
    if (const config::Endpoint* own = snapshot_.config.endpoints.find(result_.path)) {
      result_.outcome = Judgement::Outcome::gateway;
      result_.endpoint = *own;
      return std::nullopt;
    }
    return walk(*head, connection, caller);
  }

  std::optional<Rejection> walk(const http::RequestHead& head, const http::Connection& connection,
                                const Caller& caller) {
    auto match = pipeline::match_route(snapshot_.routes, head);
    if (!match) return std::move(match.error());
    result_.route = match->route;
    const policy::TokenNeed need = match->route->access.token_need(question_.certificate != nullptr);
    auto principal = caller(head, need, question_.certificate);
    if (!principal && pipeline::may_overlook(*match->route, principal.error())) {
      result_.overlooked = std::move(principal.error());
      principal = identity::Principal{};
    }
    if (!principal) return std::move(principal.error());
    principal->certificate = question_.certificate;
    result_.principal = *principal;
    policy::evaluate(match->route->access,
                     {result_.principal, match->parameters(), question_.client_ip, question_.time}, &result_.trace);
    const auto permit = pipeline::authorize(*match, std::move(*principal), question_.client_ip, question_.time);
    if (!permit) return permit.error();
    if (!result_.overlooked) result_.overlooked = permit->overlooked();
    return write_head(head, connection, *permit);
  }

  std::optional<Rejection> write_head(const http::RequestHead& head, const http::Connection& connection,
                                      const pipeline::Permit& permit) {
    NoContent content;
    NoInterim interim;
    const http::Request request{head, content, interim, connection};
    const http::Origin origin{
        .client_ip = question_.client_ip, .secure = connection.tls, .trusted = false, .via = snapshot_.config.via};
    const std::string& default_host = snapshot_.upstreams[permit.route().upstream_index]->default_host();
    std::string room(64 * 1024, '\0');  // as a block of transport/buffer_pool, and more
    http::HeadWriter writer(room);
    const bool asserts = permit.route().assertion.has_value() && !permit.principal().anonymous();
    auto written = pipeline::write_upstream_head(request, permit, origin, request_id_to_come, default_host, writer,
                                                 asserts ? assertion_to_come : std::string_view{});
    if (!written) return std::move(written.error());
    result_.outcome = Judgement::Outcome::allowed;
    result_.upstream_head = writer.written();
    return std::nullopt;
  }

  const snapshot::Snapshot& snapshot_;
  const Question& question_;
  Judgement result_;
};

std::string seen_at(const Judgement& judgement, const config::Place& place) {
  for (const policy::Step& step : judgement.trace) {
    const config::Place& at = step.place;
    if (at.line != place.line || at.column != place.column || at.file != place.file) continue;
    std::string text{step.condition};
    if (!step.wanted.empty()) text += " wants " + step.wanted + ", saw " + (step.seen.empty() ? "nothing" : step.seen);
    return text;
  }
  return {};
}

}  // namespace

Judgement judge(const snapshot::Snapshot& snapshot, const Question& question, const Caller& caller) {
  return Judge(snapshot, question).judge(caller);
}

std::string line_of(const config::Place& place) { return place.file + ":" + std::to_string(place.line); }

std::string answer_of(const Judgement& judgement) {
  if (judgement.outcome == Judgement::Outcome::allowed) return "allow";
  return judgement.outcome == Judgement::Outcome::gateway ? "gateway" : std::to_string(judgement.rejection.status);
}

std::string reason_of(const Judgement& judgement) {
  if (judgement.endpoint)
    return "the gateway answers it itself: endpoint " + std::string(to_string(*judgement.endpoint));
  const std::string route = judgement.route == nullptr
                                ? ""
                                : "route \"" + judgement.route->name + "\" (" + line_of(judgement.route->place) + ")";
  if (judgement.allowed()) return route + " lets it through to " + judgement.route->upstream;
  const pipeline::Rejection& refused = judgement.rejection;
  const std::string seen = refused.place == nullptr ? "" : seen_at(judgement, *refused.place);
  const std::string step = std::string(refused.step) + ": " + std::string(refused.reason);
  if (!seen.empty()) return route + ": " + seen + " (" + line_of(*refused.place) + ")";
  return route.empty() ? step : route + ": " + step;
}

}  // namespace bearward::rehearsal
