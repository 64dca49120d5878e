#pragma once

#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "async/coarse_timer.h"
#include "async/task.h"
#include "base/ip_network.h"
#include "base/time.h"
#include "identity/principal.h"
#include "policy/access.h"
#include "store/cached_user_store.h"

namespace bearward::pipeline {

class OpenStreams;

/// On what a stream was let in: asked again when its user changes.
struct StreamTerms {
  identity::Principal principal;
  policy::AccessRule access;
  std::vector<std::string> parameters;
  IpAddress client_ip;
  UnixTime let_in_at;    // what `time` conditions go by: a window that closes later ends nothing
  bool enforced = true;  // not in mode shadow
};

/// A tunnel, or a response whose end is not announced, that goes on after its request was let in, while it is open.
/// Its caller's row is one of ours.
class OpenStream {
 public:
  class Owner {
   public:
    /// `why` is of static lifetime. Only stops what runs: nothing is destroyed in this call.
    virtual void end_stream(std::string_view why) = 0;

   protected:
    ~Owner() = default;
  };

  OpenStream(OpenStreams& streams, StreamTerms terms, Owner& owner);
  ~OpenStream();
  OpenStream(const OpenStream&) = delete;
  OpenStream& operator=(const OpenStream&) = delete;

 private:
  friend class OpenStreams;
  const std::string& username() const { return terms_.principal.token->username; }

  OpenStreams& streams_;
  StreamTerms terms_;
  Owner& owner_;
  SteadyTime unknown_since_ = SteadyTime::max();  // since then the store could not be asked
  OpenStream* next_ = nullptr;
  OpenStream* previous_ = nullptr;
};

/// A worker's open streams by user. When word of a changed user comes, each of that user's is asked about again and
/// ended where the answer is no now. Found by name without a search through all, kept without an allocation: a
/// request pays a few pointers. One thread.
class OpenStreams {
 public:
  struct Settings {
    std::chrono::milliseconds local_ttl;  // how late a change may be noticed while no word of it comes
    bool redis = false;                   // word comes through Redis, while the user store says that it is trusted
  };

  OpenStreams(Executor executor, store::CachedUserStore& users, const async::CoarseTimer& timer, Settings settings);
  OpenStreams(const OpenStreams&) = delete;
  OpenStreams& operator=(const OpenStreams&) = delete;

  /// The user store has forgotten its copy, so that what it finds from now on is the new row.
  void user_changed(std::string_view username);
  void all_users_changed();
  /// No word of changes will come: every `local_ttl` all users with open streams are asked about.
  void expect_no_word() { word_expected_ = false; }
  /// At every tick of the worker's timer.
  void tend();

 private:
  friend class OpenStream;

  static constexpr std::size_t bucket_count = 1024;
  static constexpr unsigned most_sweepers = 8;

  void add(OpenStream& stream);
  void remove(OpenStream& stream);
  OpenStream*& bucket_of(std::string_view username);

  Task<> check(std::string username);
  void judge(OpenStream& stream, const identity::User* user) const;
  void note_unknown(OpenStream& stream);
  void sweep_all();
  Task<> sweep();
  static std::vector<std::string> usernames_in(const OpenStream* bucket);
  bool word_comes() const { return settings_.redis ? users_.trusted() : word_expected_; }

  Executor executor_;
  store::CachedUserStore& users_;
  const async::CoarseTimer& timer_;
  Settings settings_;
  std::array<OpenStream*, bucket_count> buckets_{};  // by a hash of the user's name
  std::size_t count_ = 0;
  std::size_t buckets_left_ = 0;  // to be swept
  std::size_t next_bucket_ = 0;
  unsigned sweepers_ = 0;
  SteadyTime next_sweep_ = SteadyTime::max();
  bool word_expected_ = true;
};

}  // namespace bearward::pipeline
