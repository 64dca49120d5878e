#include "app/own_endpoints.h"

#include <utility>

#include "http/problem.h"

namespace bearward::app {

Task<http::Response> OwnEndpoints::handle(config::Endpoint endpoint, http::Request request,
                                          std::shared_ptr<const snapshot::Snapshot> snapshot) {
  switch (endpoint) {
    case config::Endpoint::token:
      co_return co_await token_.handle(request, std::move(snapshot));
    case config::Endpoint::sign_up:
      co_return co_await sign_up_.handle(request, std::move(snapshot));
    case config::Endpoint::me:  // app/dispatch answers it, since it asks who asks
    case config::Endpoint::revoke:
    case config::Endpoint::introspect:
    case config::Endpoint::jwks:
    case config::Endpoint::metadata:
      break;
    case config::Endpoint::docs:
      co_return co_await docs_.handle(request, std::move(snapshot));
  }
  // config/endpoints gives these no path in this version.
  co_return http::problem(404, "there is nothing at this path");
}

}  // namespace bearward::app
