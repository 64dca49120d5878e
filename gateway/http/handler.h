#pragma once

#include "http/message.h"

namespace bearward::http {

/// Answers requests, whatever version of HTTP brought them.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual Task<Response> handle(Request request) = 0;

  /// Answers what came on `connection` and could not be taken for a request; the connection ends after it.
  /// `reason` is for the record, never a part of the answer.
  virtual Response refuse(const Connection& connection, int status, std::string_view reason);
};

}  // namespace bearward::http
