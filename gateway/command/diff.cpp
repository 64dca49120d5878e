#include "command/diff.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "command/candidate.h"
#include "rehearsal/access_difference.h"
#include "rehearsal/judge.h"

namespace bearward::command {
namespace {

namespace json = boost::json;
using rehearsal::AccessChange;
using rehearsal::AccessDifference;

struct Options {
  std::string before;
  std::string after;
  std::string format = "text";
};

/// A folder stands for its gateway.yaml.
std::string file_of(const std::string& named) {
  std::error_code error;
  return std::filesystem::is_directory(named, error) ? (std::filesystem::path{named} / "gateway.yaml").string() : named;
}

std::string_view word_for(AccessChange::Kind kind) {
  switch (kind) {
    case AccessChange::Kind::widened:
      return "widened";
    case AccessChange::Kind::narrowed:
      return "narrowed";
    case AccessChange::Kind::other:
      break;
  }
  return "other";
}

std::string joined(const std::vector<std::string>& words, std::string_view separator, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < words.size() && i < most; ++i) text += (i == 0 ? "" : std::string(separator)) + words[i];
  if (words.size() > most) text += std::string(separator) + "and " + std::to_string(words.size() - most) + " more";
  return text;
}

std::string or_none(const std::string& text) { return text.empty() ? "no route" : text; }

void print_route(std::string_view what, const policy::Route& route) {
  std::cout << what << " route " << route.name << " (" << rehearsal::line_of(route.place)
            << "): " << (route.methods.empty() ? "any method" : joined(route.methods, ", ", 16)) << " "
            << route.host.to_string() << route.path.text << '\n';
}

void print_change(const AccessChange& change) {
  std::cout << word_for(change.kind) << ": " << joined(change.methods, ",", 16) << " " << joined(change.paths, " ", 6)
            << "\n  hosts:   " << joined(change.hosts, " ", 6) << "\n  callers: " << joined(change.callers, "; ", 12)
            << "\n  answer:  " << change.before << " -> " << change.after
            << "\n  route:   " << or_none(change.route_before) << " -> " << or_none(change.route_after) << '\n';
}

std::size_t count(const AccessDifference& difference, AccessChange::Kind kind) {
  return static_cast<std::size_t>(std::ranges::count(difference.changes, kind, &AccessChange::kind));
}

void print_text(const AccessDifference& difference) {
  for (const policy::Route* route : difference.added) print_route("added", *route);
  for (const policy::Route* route : difference.removed) print_route("removed", *route);
  for (const AccessChange& change : difference.changes) print_change(change);
  std::cout << count(difference, AccessChange::Kind::widened) << " widened, "
            << count(difference, AccessChange::Kind::narrowed) << " narrowed, "
            << count(difference, AccessChange::Kind::other) << " other changes; " << difference.added.size()
            << " routes added, " << difference.removed.size() << " removed\n";
}

json::array to_json(const std::vector<std::string>& texts) { return json::array(texts.begin(), texts.end()); }

json::array to_json(const std::vector<const policy::Route*>& routes) {
  json::array array;
  for (const policy::Route* route : routes) {
    array.push_back(json::object{{"name", route->name},
                                 {"file", route->place.file},
                                 {"line", route->place.line},
                                 {"host", route->host.to_string()},
                                 {"path", route->path.text},
                                 {"methods", to_json(route->methods)}});
  }
  return array;
}

json::value or_null(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }

void print_json(const AccessDifference& difference) {
  json::array changes;
  for (const AccessChange& change : difference.changes) {
    changes.push_back(json::object{{"kind", word_for(change.kind)},
                                   {"hosts", to_json(change.hosts)},
                                   {"paths", to_json(change.paths)},
                                   {"methods", to_json(change.methods)},
                                   {"callers", to_json(change.callers)},
                                   {"before", change.before},
                                   {"after", change.after},
                                   {"route_before", or_null(change.route_before)},
                                   {"route_after", or_null(change.route_after)}});
  }
  const json::object report{{"added", to_json(difference.added)},
                            {"removed", to_json(difference.removed)},
                            {"changes", std::move(changes)},
                            {"whole", difference.whole}};
  std::cout << json::serialize(report) << '\n';
}

int diff(const Options& options) {
  const auto before = load_candidate(file_of(options.before));
  const auto after = load_candidate(file_of(options.after));
  if (!before || !after) return could_not_run;
  const AccessDifference difference = rehearsal::access_difference(*before, *after);
  options.format == "json" ? print_json(difference) : print_text(difference);
  if (!difference.whole) return cannot_run("there are too many routes to compare all; what is said is not everything");
  return difference.changes.empty() ? good : answer_is_no;
}

}  // namespace

void add_diff_command(CLI::App& app, std::function<int()>& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("diff", "what the step from one configuration to another does to access");
  command->fallthrough();
  command->add_option("OLD", options->before, "a gateway.yaml, or the folder of one")->required();
  command->add_option("NEW", options->after, "another")->required();
  command->add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->callback([&chosen, options] { chosen = [options] { return diff(*options); }; });
}

}  // namespace bearward::command
