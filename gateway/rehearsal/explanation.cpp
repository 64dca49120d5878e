#include "rehearsal/explanation.h"
#include "http/field_syntax.h"

namespace bearward::rehearsal {
namespace {

/// The lines of a head, its empty line left out. Credentials are hidden: what is printed is pasted elsewhere.
std::vector<std::string> lines_of(std::string_view head) {
  std::vector<std::string> lines;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    if (line.empty()) continue;
    const std::string_view name = line.substr(0, line.find(':'));
    const bool secret = http::equal_ignoring_case(name, "authorization") || http::equal_ignoring_case(name, "cookie") ||
                        http::equal_ignoring_case(name, "proxy-authorization");
    lines.push_back(secret ? std::string(name) + ": (not shown)" : std::string(line));
  }
  return lines;
}

std::string targets_of(const config::Upstream& upstream) {
  std::string text = upstream.name;
  for (std::size_t i = 0; i < upstream.targets.size(); ++i) {
    const config::Target& target = upstream.targets[i];
    text += (i == 0 ? " (" : ", ") + target.host + ":" + std::to_string(target.port);
  }
  return text + ")";
}

}  // namespace

Explanation explain(const snapshot::Snapshot& snapshot, const Question& question, const Caller& caller) {
  Explanation explanation;
  explanation.judgement = judge(snapshot, question, caller);
  const Judgement& judgement = explanation.judgement;
  if (!judgement.path.empty() && !judgement.endpoint) {
    explanation.others = near_misses(snapshot.routes, judgement.route, judgement.host, judgement.path, question.method);
  }
  if (judgement.allowed()) {
    explanation.head = lines_of(judgement.upstream_head);
    explanation.upstream = targets_of(snapshot.config.upstreams[judgement.route->upstream_index]);
  }
  if (judgement.outcome == Judgement::Outcome::refused) {
    const http::Response response =
        pipeline::to_response(judgement.rejection, snapshot.config.compatibility, request_id_to_come);
    explanation.status = response.status;
    explanation.response = lines_of(response.own_fields);
    explanation.content = response.body;
    if (judgement.rejection.status == 404 && !judgement.path.empty()) {
      explanation.path_meant = path_meant(snapshot.routes, judgement.host, judgement.path, question.method);
    }
  }
  return explanation;
}

}  // namespace bearward::rehearsal
