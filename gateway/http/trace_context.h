#pragma once

#include <string_view>

#include "http/fields.h"

namespace bearward::http {

/// Is it what a `traceparent` field may hold (W3C Trace Context §3.2)? Of a version to come, its known part.
bool is_traceparent(std::string_view value);

/// Whether a request's trace goes on to the upstream: exactly one good `traceparent`, and then its `tracestate` with
/// it. With none, a bad one or several, an upstream would join the wrong trace or start one of its own beside ours:
/// both fields are left out.
class TraceContext {
 public:
  explicit TraceContext(Fields fields);

  bool drops(const Field& field) const;

 private:
  bool good_ = false;
};

}  // namespace bearward::http
