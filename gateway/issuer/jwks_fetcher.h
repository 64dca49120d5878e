#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "async/task.h"
#include "base/result.h"
#include "config/trusted_issuers.h"

namespace bearward::issuer {

struct FetchedJwks {
  std::string content;
  std::string cache_control;  // as it came; empty when it did not
};

/// One GET of an issuer's key set: over TLS 1.2 or later, the server's certificate verified up to `ca` (or
/// what the system trusts) and for the host of the URL. Redirects are not followed: where keys come from is
/// the operator's to say. Make one for each fetch. One thread.
class JwksFetcher {
 public:
  static constexpr std::chrono::seconds usual_limit{10};  // for all of it, unless the system's resolver hangs
  static constexpr std::size_t max_content_bytes = 256 * 1024;

  /// `ca` is PEM text; empty: the system's.
  JwksFetcher(Executor executor, config::JwksUrl url, const std::string& ca,
              std::chrono::milliseconds limit = usual_limit);
  /// Cancels.
  ~JwksFetcher();
  JwksFetcher(const JwksFetcher&) = delete;
  JwksFetcher& operator=(const JwksFetcher&) = delete;

  /// The content of a 200, whatever it is; the error says in words what went wrong. Call it once. Does not
  /// need this object to live until it has ended.
  Task<Result<FetchedJwks, std::string>> fetch();
  /// Has `fetch` end soon, with an error.
  void cancel();

 private:
  class Exchange;
  std::shared_ptr<Exchange> exchange_;
};

}  // namespace bearward::issuer
