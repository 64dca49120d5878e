#include "command/user_import.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <unordered_map>

#include "command/open_store.h"
#include "store/import/csv_table.h"
#include "store/import/user_mapping.h"
#include "store/sqlite/foreign_table.h"

namespace bearward::command {
namespace {

using store::ImportOutcome;
using store::StoredUser;
using store::UserTable;

constexpr std::uintmax_t max_file_bytes = 512 * 1024 * 1024;

struct Options {
  std::string source;
  std::string table;
  std::vector<std::string> renamed;  // COLUMN=FIELD
  bool skip_existing = false;
  bool dry_run = false;
  std::string format = "text";
};

/// A bad row and what to do about it.
struct BadRow {
  std::size_t row;  // index in the table
  std::string what;
};

Result<std::string, std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return std::unexpected("cannot open " + path);
  const auto size = static_cast<std::streamoff>(file.tellg());
  if (size < 0) return std::unexpected("cannot read " + path + ": it is no plain file");
  if (static_cast<std::uintmax_t>(size) > max_file_bytes)
    return std::unexpected(path + " is larger than 512 MiB; import it in parts");
  std::string text(static_cast<std::size_t>(size), '\0');
  file.seekg(0).read(text.data(), size);
  if (!file) return std::unexpected("cannot read " + path);
  return text;
}

Result<UserTable, std::string> read_table(const Options& options) {
  const std::string& source = options.source;
  constexpr std::string_view sqlite = "sqlite:";
  if (source.starts_with("postgresql:") || source.starts_with("postgres:"))
    return std::unexpected(
        "a PostgreSQL table is not yet read by this version; write it to a file with psql: "
        "\\copy users to 'users.csv' csv header");
  if (source.starts_with(sqlite)) {
    if (options.table.empty()) return std::unexpected("which table of " + source + "? name it with --table NAME");
    return store::read_foreign_table(source.substr(sqlite.size()), options.table);
  }
  if (!options.table.empty()) return std::unexpected("--table is for sqlite:FILE; a CSV file has one table");
  auto text = read_file(source);
  if (!text) return std::unexpected(std::move(text.error()));
  auto table = store::read_csv(*text);
  if (table) return std::move(*table);
  const auto& [line, what] = table.error();
  return std::unexpected(source + (line == 0 ? " " : ":" + std::to_string(line) + ": this line ") + what);
}

Result<std::map<std::string, std::string>, std::string> read_renamed(const Options& options) {
  std::map<std::string, std::string> renamed;
  for (const std::string& each : options.renamed) {
    const std::size_t equals = each.rfind('=');
    if (equals == std::string::npos || equals == 0)
      return std::unexpected("found --map " + each + ", expected COLUMN=FIELD");
    renamed[each.substr(0, equals)] = each.substr(equals + 1);
  }
  return renamed;
}

/// The users of the good rows; those that are wrong in themselves or repeat another go to `bad`.
class RowReader {
 public:
  RowReader(const UserTable& table, const store::UserMapping& mapping, const config::Clients& clients)
      : table_(table), mapping_(mapping), clients_(clients) {}

  void read_all() {
    for (std::size_t i = 0; i < table_.rows.size(); ++i) {
      auto user = mapping_.read(table_.rows[i]);
      if (!user) {
        bad.push_back({i, std::move(user.error())});
      } else if (clients_.has(user->user.username)) {
        bad.push_back({i, "the username is the id of a client in clients.registered; rename one of the two"});
      } else if (is_first(usernames_, user->user.username, i, "username") &&
                 (user->user.email.empty() || is_first(emails_, user->user.email, i, "email"))) {
        users.push_back(std::move(*user));
        row_of_user.push_back(i);
      }
    }
  }

  std::vector<StoredUser> users;
  std::vector<std::size_t> row_of_user;
  std::vector<BadRow> bad;

 private:
  using Seen = std::unordered_map<std::string, std::size_t>;

  bool is_first(Seen& seen, const std::string& text, std::size_t row, const std::string& what) {
    const auto [found, is_new] = seen.emplace(text, row);
    if (!is_new)
      bad.push_back({row, "the " + what + " is that of row " + std::to_string(table_.rows[found->second].number) +
                              " too; keep one of them"});
    return is_new;
  }

  const UserTable& table_;
  const store::UserMapping& mapping_;
  const config::Clients& clients_;
  Seen usernames_, emails_;
};

int complain_of_rows(const Options& options, const UserTable& table, std::vector<BadRow> bad) {
  std::ranges::sort(bad, {}, &BadRow::row);
  for (const BadRow& each : bad) {
    const UserTable::Row& row = table.rows[each.row];
    std::cerr << options.source << (row.line == 0 ? "" : ":" + std::to_string(row.line)) << ": row " << row.number
              << ": " << each.what << '\n';
  }
  return complain(answer_is_no, std::to_string(bad.size()) + " of " + std::to_string(table.rows.size()) +
                                    " rows cannot be imported; nothing was imported");
}

int report(const Options& options, const ImportOutcome& outcome, const std::vector<std::string>& ignored) {
  if (options.format == "json") {
    std::cout << boost::json::serialize(
                     boost::json::object{{"imported", outcome.added},
                                         {"skipped", outcome.skipped},
                                         {"dry_run", options.dry_run},
                                         {"ignored_columns", boost::json::array(ignored.begin(), ignored.end())}})
              << '\n';
    return done;
  }
  for (const std::string& column : ignored)
    std::cerr << "bearward: note: the column \"" << column << "\" is not read\n";
  std::cout << outcome.added << (options.dry_run ? " users would be imported" : " users imported");
  if (outcome.skipped != 0) std::cout << ", " << outcome.skipped << " exist and were left as they are";
  std::cout << '\n';
  return done;
}

int import(const std::string& config_file, const Options& options) {
  const auto table = read_table(options);
  if (!table) return complain(could_not_run, table.error());
  const auto renamed = read_renamed(options);
  if (!renamed) return complain(could_not_run, renamed.error());
  const auto mapping = store::UserMapping::make(table->columns, *renamed);
  if (!mapping) return complain(could_not_run, options.source + ": " + mapping.error());
  const auto store = open_store(config_file, store::SqliteUserStore::Missing::create);
  if (!store) return could_not_run;
  RowReader reader(*table, *mapping, store->clients);
  reader.read_all();
  // With bad rows too, so that one run names them all.
  const bool dry_run = options.dry_run || !reader.bad.empty();
  const auto outcome = store->users->import(
      reader.users, options.skip_existing ? store::Existing::skip : store::Existing::refuse, dry_run);
  if (!outcome) return complain_of_store(*store, outcome.error(), {});
  for (const ImportOutcome::Problem& problem : outcome->problems)
    reader.bad.push_back({reader.row_of_user[problem.index], problem.what});
  if (!reader.bad.empty()) return complain_of_rows(options, *table, std::move(reader.bad));
  return report(options, *outcome, mapping->ignored());
}

}  // namespace

void add_user_import_command(CLI::App& user, const std::string& config_file, std::function<int()>& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = user.add_subcommand("import", "the users of another application, with their hashes: all or none");
  command->add_option("SOURCE", options->source, "FILE.csv, or sqlite:FILE with --table")->required();
  command->add_option("--table", options->table, "the table of a SQLite file");
  command->add_option("--map", options->renamed,
                      "COLUMN=FIELD: username, email, full_name, password_hash, disabled, is_active or roles; with no "
                      "FIELD the column is not read");
  command->add_flag("--skip-existing", options->skip_existing, "leave users as they are whose name is in the store");
  command->add_flag("--dry-run", options->dry_run, "say what would be done, and do nothing");
  command->add_option("--format", options->format, "text or json")->check(CLI::IsMember({"text", "json"}));
  command->final_callback(
      [&config_file, &chosen, options] { chosen = [&config_file, options] { return import(config_file, *options); }; });
}

}  // namespace bearward::command
