#include "http/handler.h"

#include "http/problem.h"

namespace bearward::http {

Response Handler::refuse(const Connection&, int status, std::string_view) { return problem(status, {}); }

}  // namespace bearward::http
