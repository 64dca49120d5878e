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
  /// Whatever the answer is, it is accounted for; a refusal carries the request's id.
  Task<http::Response> handle(http::Request request) override;
  http::Response refuse(const http::Connection& connection, int status, std::string_view reason) override;

 private:
  OwnEndpoints& own_endpoints_;
  pipeline::Pipeline& pipeline_;
  pipeline::Accounting accounting_;
  std::shared_ptr<const snapshot::Snapshot> snapshot_;
};

}  // namespace bearward::app
