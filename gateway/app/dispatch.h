#pragma once

#include <memory>

#include "app/own_endpoints.h"
#include "http/handler.h"
#include "pipeline/account.h"
#include "pipeline/pipeline.h"
#include "snapshot/snapshot.h"

namespace bearward::app {

/// The first fork of a request's way: a path that the gateway answers itself goes to its endpoint, every
/// other to the pipeline. One a worker.
class Dispatch final : public http::Handler {
 public:
  Dispatch(OwnEndpoints& own_endpoints, pipeline::Pipeline& pipeline, telemetry::AccessLogBuffer& access_log,
           telemetry::DecisionLog& decisions)
      : own_endpoints_(own_endpoints), pipeline_(pipeline), accounting_(access_log, decisions) {}

  void use(std::shared_ptr<const snapshot::Snapshot> snapshot, std::shared_ptr<const token::KeySet> keys);
  /// While `overloaded` what costs most is refused with 503 before it is read: logins and their like, and tokens
  /// whose signature nobody has verified yet. The rest is served.
  void set_overloaded(bool overloaded);
  /// Whatever the answer is, it is accounted for; a refusal carries the request's id.
  Task<http::Response> handle(http::Request request) override;
  http::Response refuse(const http::Connection& connection, int status, std::string_view reason) override;

  const telemetry::ResponseCounts& responses() const { return accounting_.responses(); }
  const telemetry::RejectionCounts& rejections() const { return accounting_.rejections(); }

 private:
  using Answer = Result<http::Response, pipeline::Rejection>;

  /// A refusal of an endpoint of the gateway's own carries the request's id and is recorded, as every other.
  void name_refusal(const http::Request& request, const pipeline::Account& account, config::Endpoint endpoint,
                    http::Response& response);
  Task<Answer> answer_me(const http::Request& request, pipeline::Account& account, config::Compatibility compatibility);

  OwnEndpoints& own_endpoints_;
  pipeline::Pipeline& pipeline_;
  pipeline::Accounting accounting_;
  std::shared_ptr<const snapshot::Snapshot> snapshot_;
  bool overloaded_ = false;
};

}  // namespace bearward::app
