#include <boost/json/array.hpp>

#include "base/moment.h"
#include "config/quantity.h"
#include "policy/certificate_condition.h"
#include "rehearsal/explanation.h"

namespace bearward::rehearsal {
namespace {

namespace json = boost::json;

std::string_view word_for(policy::Truth truth) {
  switch (truth) {
    case policy::Truth::yes:
      return "yes";
    case policy::Truth::undecided:
      return "unknown";
    case policy::Truth::no:
      break;
  }
  return "no";
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

/// Who it turned out to be.
std::string caller_of(const identity::Principal& principal) {
  const std::string shown = principal.certificate ? "a certificate, " + policy::to_string(*principal.certificate) : "";
  if (principal.anonymous()) return shown.empty() ? "nobody" : "no token, but " + shown;
  std::string text = principal.user ? "user " + principal.user->username : "client " + principal.token->client_id;
  if (principal.user && !principal.user->roles.empty()) text += ", roles " + joined(principal.user->roles);
  if (!principal.token->scopes.empty()) text += ", scope " + joined(principal.token->scopes);
  if (!shown.empty()) text += ", with " + shown;
  return text;
}

std::string pattern_of(const policy::Route& route) {
  return (route.methods.empty() ? std::string("any method") : joined(route.methods)) + ", host " +
         route.host.to_string() + ", path " + route.path.text;
}

/// The budget that a request is taken off, or an empty text.
std::string limit_of(const policy::Route& route) {
  if (!route.rate_limit) return {};
  constexpr std::string_view whose[] = {"each user", "each client", "each client address", "all of the route"};
  const auto per = std::chrono::duration_cast<std::chrono::milliseconds>(route.rate_limit->limit.per);
  return std::to_string(route.rate_limit->limit.requests) + " requests per " + config::format_duration(per) + " for " +
         std::string(whose[static_cast<std::size_t>(route.rate_limit->by)]);
}

/// Writes the steps of a request's way, as far as this one came.
class Text {
 public:
  explicit Text(const Explanation& explanation) : explanation_(explanation), judgement_(explanation.judgement) {}

  std::string write(const Question& question) {
    line(question.method + " " + question.target);
    line("  from " + question.client_ip.to_string() + " at " + bearward::to_text(question.time));
    if (!judgement_.path.empty()) {
      line("  as host " + (judgement_.host.empty() ? "(none)" : judgement_.host) + ", path " + judgement_.path);
    }
    if (judgement_.path.empty()) {
      step("read", "refused: " + std::string(judgement_.rejection.reason));
    } else if (judgement_.endpoint) {
      step("endpoint", "the gateway answers itself: " + std::string(to_string(*judgement_.endpoint)));
    } else {
      way();
    }
    result();
    return std::move(text_);
  }

 private:
  bool refused_at(std::string_view step) const {
    return judgement_.outcome == Judgement::Outcome::refused && judgement_.rejection.step == step;
  }
  /// What mode shadow does not heed.
  std::string overlooked_at(std::string_view step) const {
    const auto& overlooked = judgement_.overlooked;
    if (!overlooked || overlooked->step != step) return {};
    return "would be refused (" + std::string(overlooked->reason) + "), but the route is in mode shadow: ";
  }
  void line(const std::string& text) { text_ += text + "\n"; }
  void step(std::string name, const std::string& what) {
    name.resize(std::max<std::size_t>(name.size(), 13), ' ');
    line(name + " " + what);
  }

  void way() {
    match();
    if (judgement_.route == nullptr) return;
    if (refused_at("match_route")) return;
    if (judgement_.trace.empty()) {
      step("authenticate", "refused: " + std::string(judgement_.rejection.reason));
      return;
    }
    step("authenticate", overlooked_at("authenticate") + caller_of(judgement_.principal));
    step("authorize", refused_at("authorize") ? "refused: " + std::string(judgement_.rejection.reason)
                                              : overlooked_at("authorize") + "allowed");
    for (const policy::Step& each : judgement_.trace) condition(each);
    const std::string limit = limit_of(*judgement_.route);
    if (!refused_at("authorize") && !limit.empty()) step("limit_rate", limit + "; not counted here");
    if (refused_at("forward")) step("forward", "refused: " + std::string(judgement_.rejection.reason));
  }

  void match() {
    const policy::Route* route = judgement_.route;
    if (route == nullptr) {
      step("match_route", "refused: " + std::string(judgement_.rejection.reason));
    } else {
      step("match_route",
           "route \"" + route->name + "\" decides (" + line_of(route->place) + "): " + pattern_of(*route));
    }
    for (const NearMiss& miss : explanation_.others) {
      step("", "not \"" + miss.route->name + "\" (" + line_of(miss.route->place) + "): " + miss.why);
    }
    if (!explanation_.path_meant.empty()) step("", "a route would match " + explanation_.path_meant);
  }

  void condition(const policy::Step& each) {
    std::string text(2 * each.depth, ' ');
    text += std::string(word_for(each.truth)) + ": " + std::string(each.condition);
    if (!each.wanted.empty()) text += " wants " + each.wanted + ", saw " + (each.seen.empty() ? "nothing" : each.seen);
    if (!each.place.file.empty()) text += " (" + line_of(each.place) + ")";
    const auto* place = judgement_.rejection.place;
    if (refused_at("authorize") && place != nullptr && place->line == each.place.line &&
        place->column == each.place.column && place->file == each.place.file) {
      text += " <- decides";
    }
    step("", text);
  }

  void result() {
    if (judgement_.allowed()) {
      step("forward", "to " + explanation_.upstream);
      for (const std::string& each : explanation_.head) line("  " + each);
    } else if (judgement_.outcome == Judgement::Outcome::refused) {
      step("response", std::to_string(explanation_.status));
      for (const std::string& each : explanation_.response) line("  " + each);
      if (!explanation_.content.empty()) line("  " + explanation_.content);
    }
  }

  const Explanation& explanation_;
  const Judgement& judgement_;
  std::string text_;
};

json::value place_of(const config::Place& place) {
  if (place.file.empty()) return nullptr;
  return json::object{{"file", place.file}, {"line", place.line}, {"column", place.column}};
}

json::object json_of(const policy::Route& route) {
  return {{"name", route.name},
          {"place", place_of(route.place)},
          {"host", route.host.to_string()},
          {"path", route.path.text},
          {"methods", json::array(route.methods.begin(), route.methods.end())}};
}

json::array json_of(const std::vector<std::string>& lines) { return json::array(lines.begin(), lines.end()); }

json::array json_of(const std::vector<policy::Step>& trace) {
  json::array steps;
  for (const policy::Step& each : trace) {
    steps.push_back(json::object{{"depth", each.depth},
                                 {"condition", each.condition},
                                 {"wanted", each.wanted},
                                 {"seen", each.seen},
                                 {"holds", word_for(each.truth)},
                                 {"place", place_of(each.place)}});
  }
  return steps;
}

}  // namespace

std::string to_text(const Explanation& explanation, const Question& question) {
  return Text(explanation).write(question);
}

json::object to_json(const Explanation& explanation, const Question& question) {
  const Judgement& judgement = explanation.judgement;
  json::object object{{"method", question.method}, {"target", question.target},      {"host", judgement.host},
                      {"path", judgement.path},    {"answer", answer_of(judgement)}, {"reason", reason_of(judgement)}};
  object["route"] = judgement.route == nullptr ? json::value(nullptr) : json::value(json_of(*judgement.route));
  json::array others;
  for (const NearMiss& miss : explanation.others) {
    json::object other = json_of(*miss.route);
    other["why_not"] = miss.why;
    others.push_back(std::move(other));
  }
  object["other_routes"] = std::move(others);
  if (!judgement.trace.empty()) {
    object["caller"] = caller_of(judgement.principal);
    object["conditions"] = json_of(judgement.trace);
  }
  if (judgement.overlooked)
    object["overlooked"] = json::object{{"status", judgement.overlooked->status},
                                        {"step", judgement.overlooked->step},
                                        {"reason", judgement.overlooked->reason}};
  if (judgement.route != nullptr && judgement.route->rate_limit) object["rate_limit"] = limit_of(*judgement.route);
  if (judgement.allowed()) {
    object["upstream"] = judgement.route->upstream;
    object["upstream_head"] = json_of(explanation.head);
  }
  if (judgement.outcome == Judgement::Outcome::refused) {
    const pipeline::Rejection& rejection = judgement.rejection;
    object["refusal"] =
        json::object{{"status", explanation.status},
                     {"step", rejection.step},
                     {"reason", rejection.reason},
                     {"condition", rejection.place == nullptr ? json::value(nullptr) : place_of(*rejection.place)},
                     {"fields", json_of(explanation.response)}};
  }
  if (!explanation.path_meant.empty()) object["path_meant"] = explanation.path_meant;
  return object;
}

}  // namespace bearward::rehearsal
