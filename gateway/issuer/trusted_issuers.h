#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "async/task.h"
#include "config/trusted_issuers.h"
#include "issuer/trusted_issuer.h"
#include "token/key_set.h"

namespace bearward::issuer {

/// All trusted issuers whose keys are fetched. One a process, on the control thread, but for `ask_for_keys`.
class TrustedIssuers {
 public:
  /// `fetched` is called after every fetch of anyone, good or bad: whether `complete` says something else now.
  TrustedIssuers(Executor control, TrustedIssuer::Fetched fetched);
  /// Closes.
  ~TrustedIssuers();
  TrustedIssuers(const TrustedIssuers&) = delete;
  TrustedIssuers& operator=(const TrustedIssuers&) = delete;

  /// From now on these are trusted. Who was trusted before and has not moved keeps the keys and goes on.
  void use(const std::vector<config::TrustedIssuer>& issuers);
  /// `keys` with those that were fetched so far; itself where there are none.
  std::shared_ptr<const token::KeySet> complete(std::shared_ptr<const token::KeySet> keys) const;
  /// Ends what runs; run the io_context until it has no work.
  void close();

  /// Any thread. A token of this issuer names a key that nobody knows: has the keys fetched, unless they were
  /// a short while ago (KeyDemand). True: they are being fetched, and `fetched` will be called.
  bool ask_for_keys(std::string_view issuer);

  struct Status {
    std::string issuer;
    bool has_keys = false;
    std::string problem;  // of the last fetch; empty: none
  };
  std::vector<Status> statuses() const;

 private:
  Executor control_;
  TrustedIssuer::Fetched fetched_;
  mutable std::mutex mutex_;  // guards running_, which workers look into
  std::vector<std::shared_ptr<TrustedIssuer>> running_;
};

}  // namespace bearward::issuer
