#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "config/config.h"
#include "http/forwarding.h"
#include "http/message.h"
#include "http/request_id.h"
#include "identity/principal.h"
#include "pipeline/rejection.h"
#include "policy/route.h"
#include "telemetry/access_log.h"
#include "telemetry/decision_log.h"
#include "telemetry/rejection_counts.h"
#include "telemetry/response_counts.h"

namespace bearward::pipeline {

/// What is known of one request for the record: where it came from, under which id, what became of it.
/// Lives until the response is handed back; does not move, since `request_id` may point into it.
struct Account {
  Account() = default;
  Account(const Account&) = delete;
  Account& operator=(const Account&) = delete;

  void note(const policy::Route& matched) { route = &matched; }
  void note(const identity::Principal& asking) { principal = asking; }
  /// In mode shadow: what the caller would have been told. The first counts.
  void note_overlooked(const Rejection& would_be) {
    if (!overlooked) overlooked = would_be;
  }
  void note(const Rejection& refused) {
    if (logged) reason = std::string(refused.step) + ":" + std::string(refused.reason);
  }

  http::Origin origin;
  std::string_view request_id;
  http::RequestIdMaker::Id made_id{};
  bool logged = false;  // the access log is on: what it says is kept
  SteadyTime began{};
  const policy::Route* route = nullptr;  // the one that matched
  identity::Principal principal;
  std::string reason;                   // step and reason of a refusal
  std::optional<Rejection> overlooked;  // one that mode shadow let pass
};

/// Opens an Account for every request of a worker, has the decision log told of every refusal, and the access
/// log when the response is sent. One thread.
class Accounting {
 public:
  Accounting(telemetry::AccessLogBuffer& access_log, telemetry::DecisionLog& decisions);

  void open(Account& account, const http::Request& request, const config::Config& config);
  /// The answer to what could not be read as a request, accounted for likewise.
  http::Response refuse(const http::Connection& connection, const Rejection& rejection,
                        config::Compatibility compatibility);

  /// The stages, or an endpoint of the gateway's own, have refused it.
  void refused(const Account& account, const http::Request& request, const Rejection& rejection);
  const telemetry::ResponseCounts& responses() const { return responses_; }
  const telemetry::RejectionCounts& rejections() const { return rejections_; }
  /// `response` is what the client gets: the line is written when it has been sent.
  void close(const Account& account, const http::Request& request, http::Response& response);

 private:
  telemetry::AccessLogBuffer& access_log_;
  telemetry::DecisionLog& decisions_;
  http::RequestIdMaker request_ids_;
  telemetry::ResponseCounts responses_;
  telemetry::RejectionCounts rejections_;
};

}  // namespace bearward::pipeline
