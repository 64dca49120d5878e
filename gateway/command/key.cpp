#include "command/key.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <memory>

#include "command/candidate.h"
#include "crypto/key_export.h"
#include "crypto/key_generation.h"

namespace bearward::command {
namespace {

namespace json = boost::json;

struct Options {
  std::string algorithm;
  std::string kid;
  std::string file;
  std::string format = "text";
};

constexpr std::string_view to_stdout = "-";

bool is_secret(crypto::Algorithm algorithm) { return crypto::family_of(algorithm) == crypto::KeyFamily::hmac; }

/// Plain where YAML takes it so; else as JSON writes it, which YAML reads too.
std::string yaml_text(const std::string& text) {
  const bool plain = !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '/';
  });
  const bool number_like = !text.empty() && (text[0] == '.' || (text[0] >= '0' && text[0] <= '9'));
  return plain && !number_like ? text : json::serialize(json::string{text});
}

/// The configuration's paths begin at its own folder.
std::string path_from(const std::string& config_file, const std::string& file) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::weakly_canonical(fs::absolute(config_file).parent_path());
  const fs::path target = fs::weakly_canonical(fs::absolute(file));
  const fs::path relative = target.lexically_relative(folder);
  return relative.empty() || relative.begin()->string() == ".." ? target.string() : relative.string();
}

/// An item of tokens.signing_keys.
std::string yaml_line(const Options& options, crypto::Algorithm algorithm, const std::string& path) {
  const std::string place = yaml_text(path);
  return "- {kid: " + yaml_text(options.kid) + ", algorithm: " + options.algorithm +
         (is_secret(algorithm) ? ", secret: {file: " + place + "}}" : ", private_key: " + place + "}");
}

/// For its owner alone, on the disk when this returns; never over a file that is there.
std::optional<int> write_new_file(const std::string& path, std::string_view content) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (file < 0) return errno;
  bool written = true;
  while (written && !content.empty()) {
    const ssize_t count = ::write(file, content.data(), content.size());
    written = count > 0 || (count < 0 && errno == EINTR);
    if (count > 0) content.remove_prefix(static_cast<std::size_t>(count));
  }
  written = written && ::fsync(file) == 0;
  const int problem = errno;
  ::close(file);
  if (written) return std::nullopt;
  ::unlink(path.c_str());
  return problem;
}

int generate(const std::string& config_file, Options options) {
  const auto algorithm = crypto::algorithm_named(options.algorithm);
  if (!algorithm)
    return cannot_run("\"" + options.algorithm +
                      "\" is no algorithm; use HS256, RS256, PS256, ES256 (or their 384 and 512) or EdDSA");
  if (options.kid.empty()) return cannot_run("the kid is empty; give the key a name that no other has");
  if (options.file.empty()) {
    if (options.kid.find('/') != std::string::npos)
      return cannot_run("the kid is no name for a file; give one with --out");
    options.file = options.kid + (is_secret(*algorithm) ? ".secret" : ".pem");
  }
  const Secret key = crypto::generate_key(*algorithm);
  if (options.file == to_stdout) {
    std::cout << key.reveal() << (is_secret(*algorithm) ? "\n" : "");
    std::cerr << yaml_line(options, *algorithm, "FILE") << '\n';
    return good;
  }
  if (const auto problem = write_new_file(options.file, key.reveal())) {
    if (*problem != EEXIST) return cannot_run("cannot write " + options.file + ": " + std::strerror(*problem));
    std::cerr << "bearward: " << options.file << " is there already; a key is never overwritten\n";
    return answer_is_no;
  }
  const std::string line = yaml_line(options, *algorithm, path_from(config_file, options.file));
  if (options.format == "json") {
    std::cout << json::serialize(json::object{{"kid", options.kid},
                                              {"algorithm", options.algorithm},
                                              {"file", options.file},
                                              {"signing_key", line}})
              << '\n';
  } else {
    std::cout << line << '\n';
  }
  return good;
}

using Row = std::array<std::string, 4>;
constexpr std::array<const char*, 4> columns{"kid", "algorithm", "strength", "use"};

void print_table(std::vector<Row> rows) {
  rows.insert(rows.begin(), Row{"KID", "ALGORITHM", "STRENGTH", "USE"});
  std::array<std::size_t, 4> widths{};
  for (const Row& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i)
      std::cout << row[i] << std::string(widths[i] - row[i].size() + 2, ' ');
    std::cout << row.back() << '\n';
  }
}

int list(const std::string& config_file, const Options& options) {
  const auto snapshot = load_candidate(config_file);
  if (!snapshot) return could_not_run;
  const std::vector<token::NamedKey>& keys = snapshot->keys->issuers.front().keys;
  std::vector<Row> rows;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    rows.push_back({keys[i].kid, std::string{crypto::to_string(keys[i].key->algorithm())},
                    crypto::strength_of(*keys[i].key), i == snapshot->keys->signing_key ? "signs" : "verifies"});
  }
  if (options.format != "json") {
    print_table(std::move(rows));
    return good;
  }
  json::array all;
  for (const Row& row : rows) {
    json::object key;
    for (std::size_t i = 0; i < row.size(); ++i) key[columns[i]] = row[i];
    all.push_back(std::move(key));
  }
  std::cout << json::serialize(all) << '\n';
  return good;
}

}  // namespace

void add_key_command(CLI::App& app, const std::string& config_file, std::function<int()>& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App* key = app.add_subcommand("key", "signing keys");
  key->require_subcommand(1);
  const auto subcommand = [&, options](const char* name, const char* what, auto action) {
    CLI::App* command = key->add_subcommand(name, what);
    command->add_option("--format", options->format, "text or json")->check(CLI::IsMember({"text", "json"}));
    command->final_callback([&config_file, &chosen, options, action] {
      chosen = [&config_file, options, action] { return action(config_file, *options); };
    });
    return command;
  };
  CLI::App* generating = subcommand("generate", "make a key, and print its line for tokens.signing_keys", generate);
  generating->add_option("--algorithm", options->algorithm, "HS256, RS256, PS256, ES256 (or 384, 512) or EdDSA")
      ->required();
  generating->add_option("--kid", options->kid, "its name in a token's header")->required();
  generating->add_option("--out", options->file,
                         "the file, for its owner alone; KID.pem or KID.secret unless given; -: standard output");
  subcommand("list", "the keys of the configuration: what signs, what verifies", list);
}

}  // namespace bearward::command
