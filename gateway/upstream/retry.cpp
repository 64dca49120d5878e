#include "upstream/retry.h"

#include <algorithm>
#include <array>
#include <boost/asio/error.hpp>

namespace bearward::upstream {

bool may_try_again(std::string_view method, const transport::Http1Client::Failure& failure) {
  static constexpr std::array<std::string_view, 5> idempotent = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"};
  return !failure.client_error && !failure.answered && !failure.content_begun &&
         failure.error != asio::error::timed_out && std::ranges::find(idempotent, method) != idempotent.end();
}

int status_of(const error_code& error) { return error == asio::error::timed_out ? 504 : 502; }

}  // namespace bearward::upstream
