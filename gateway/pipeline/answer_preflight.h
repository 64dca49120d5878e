#pragma once

#include <optional>

#include "base/result.h"
#include "http/message.h"
#include "pipeline/account.h"
#include "pipeline/rejection.h"
#include "snapshot/snapshot.h"

namespace bearward::pipeline {

/// Answers a browser's preflight where `cors` is configured, before anybody is asked who he is: browsers send
/// no credentials with it. The `cors` that counts is that of the route that the request asked about would
/// take, else the top level's. 204 with the fields, or 403 without any for an origin that is not allowed.
/// Nothing where it is no preflight or no `cors` is configured for it: then it goes the way of every request.
std::optional<Result<http::Response, Rejection>> answer_preflight(const snapshot::Snapshot& snapshot,
                                                                  const http::RequestHead& head, Account& account);

/// Lets the browser show an answer, a refusal too, to the page that asked. What an upstream says of CORS gives
/// way. Not for what `answer_preflight` answered.
void add_cors_fields(const snapshot::Snapshot& snapshot, const http::RequestHead& head, const Account& account,
                     http::Response& response);

}  // namespace bearward::pipeline
