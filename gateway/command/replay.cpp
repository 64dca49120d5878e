#include "command/replay.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <iostream>
#include <limits>
#include <memory>

#include "command/candidate.h"
#include "rehearsal/replay.h"

namespace bearward::command {
namespace {

namespace json = boost::json;
using rehearsal::Replay;
using rehearsal::ReplayChange;

struct Options {
  std::string log;
  std::string format = "text";
};

/// Longer than any that the gateway writes: a path has at most the size of a head.
constexpr std::size_t longest_line = 512 * 1024;

/// Line by line, so that a log may be of any size. A line that is too long is told as what it is: none of ours.
void read(std::istream& log, Replay& replay) {
  std::string line(longest_line, '\0');
  while (!log.eof()) {
    log.getline(line.data(), static_cast<std::streamsize>(line.size()));
    const auto read = static_cast<std::size_t>(log.gcount());
    const bool cut = log.fail() && !log.eof() && read == line.size() - 1;
    if (log.bad() || (log.fail() && !cut)) return;
    replay.add(cut ? std::string_view{"x"} : std::string_view{line.data()});
    if (!cut) continue;
    log.clear();
    log.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
}

struct Totals {
  std::uint64_t widened = 0, narrowed = 0, other = 0, not_judged = 0;

  explicit Totals(const Replay& replay) {
    for (const ReplayChange& change : replay.changes()) {
      (change.after == "allow" ? widened : change.before == "allow" ? narrowed : other) += change.requests;
    }
    for (const auto& [why, lines] : replay.not_judged()) not_judged += lines;
  }
};

std::string or_none(const std::string& text) { return text.empty() ? "no route" : text; }

void print_text(const Replay& replay, const Totals& totals) {
  for (const ReplayChange& change : replay.changes()) {
    std::cout << (change.after == "allow"    ? "widened"
                  : change.before == "allow" ? "narrowed"
                                             : "other")
              << ": " << change.requests << " requests " << change.before << " -> " << change.after << ", route "
              << or_none(change.route_before) << " -> " << or_none(change.route_after) << '\n';
    for (const std::string& example : change.examples) std::cout << "  " << example << '\n';
  }
  for (const auto& [why, lines] : replay.not_judged())
    std::cout << "not judged: " << lines << " lines, " << why << '\n';
  std::cout << replay.judged() << " judged, " << totals.widened << " widened, " << totals.narrowed << " narrowed, "
            << totals.other << " other changes, " << totals.not_judged << " not judged\n";
}

json::value or_null(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }

void print_json(const Replay& replay, const Totals& totals) {
  json::array changes;
  for (const ReplayChange& change : replay.changes()) {
    changes.push_back(json::object{{"before", change.before},
                                   {"after", change.after},
                                   {"route_before", or_null(change.route_before)},
                                   {"route_after", or_null(change.route_after)},
                                   {"requests", change.requests},
                                   {"examples", json::array(change.examples.begin(), change.examples.end())}});
  }
  json::object not_judged;
  for (const auto& [why, lines] : replay.not_judged()) not_judged.emplace(why, lines);
  const json::object report{{"judged", replay.judged()},     {"widened", totals.widened},
                            {"narrowed", totals.narrowed},   {"other", totals.other},
                            {"changes", std::move(changes)}, {"not_judged", std::move(not_judged)}};
  std::cout << json::serialize(report) << '\n';
}

int replay(const std::string& config_file, const Options& options) {
  const auto candidate = load_candidate(config_file);
  if (!candidate) return could_not_run;
  Replay replay(*candidate);
  if (options.log == "-") {
    read(std::cin, replay);
  } else {
    std::ifstream log(options.log, std::ios::binary);
    if (!log) return cannot_run("cannot read " + options.log);
    read(log, replay);
  }
  const Totals totals(replay);
  if (replay.judged() == 0 && totals.not_judged != 0) {
    for (const auto& [why, lines] : replay.not_judged())
      std::cerr << "not judged: " << lines << " lines, " << why << '\n';
    return cannot_run("no line of " + options.log + " could be judged; is it an access log with format: json?");
  }
  options.format == "json" ? print_json(replay, totals) : print_text(replay, totals);
  return totals.widened + totals.narrowed + totals.other == 0 ? good : answer_is_no;
}

}  // namespace

void add_replay_command(CLI::App& app, const std::string& config_file, std::function<int()>& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("replay", "what the configuration would have decided otherwise of a recorded access log");
  command->fallthrough();
  command->add_option("LOG", options->log, "an access log with format: json, or - for standard input")->required();
  command->add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->callback(
      [&config_file, &chosen, options] { chosen = [&config_file, options] { return replay(config_file, *options); }; });
}

}  // namespace bearward::command
