#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace bearward::telemetry {

/// Why one request was refused: what the client is not told. Never a token, a query, a field value or a claim.
struct Decision {
  std::string_view request_id{};
  UnixTime time{};
  int status = 0;
  std::string_view client_ip{};
  std::string_view method{};
  std::string_view host{};
  std::string_view path{};
  std::string_view user{};       // empty: nobody was known
  std::string_view route{};      // empty: none matched
  std::string_view step{};       // match_route, authenticate, authorize, ...
  std::string_view reason{};     // no_route, expired, roles, ...
  std::string_view condition{};  // where the condition that decided stands, FILE:LINE:COLUMN; empty: none did
  bool shadow = false;           // it was let through: the route only watches
};

/// The last refusals, by the id that the response carried. One worker adds, any thread asks. An allowed
/// request never comes here; a refused one takes a lock that nobody else wants unless somebody asks.
class DecisionLog {
 public:
  /// What a client chooses of an entry is cut to so many bytes.
  static constexpr std::size_t longest_text = 256;

  /// Keeps the last `capacity`; memory is taken as they come.
  explicit DecisionLog(std::size_t capacity) : capacity_(capacity) {}
  DecisionLog(const DecisionLog&) = delete;
  DecisionLog& operator=(const DecisionLog&) = delete;

  /// Also writes a line to the log, at `info`.
  void add(const Decision& decision);

  /// The newest of that id as a JSON object, or nullopt: it was allowed, is too old, or was never here.
  std::optional<std::string> find(std::string_view request_id) const;

 private:
  struct Entry {
    std::string request_id;
    std::string json;
  };

  const std::size_t capacity_;
  mutable std::mutex mutex_;           // guards what follows
  std::vector<std::uint64_t> hashes_;  // of the ids, by entry: what a search reads
  std::vector<Entry> entries_;         // a ring once it is full
  std::size_t next_ = 0;
};

}  // namespace bearward::telemetry
