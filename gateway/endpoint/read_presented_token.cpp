#include "endpoint/read_presented_token.h"

#include "http/read_content.h"
#include "oauth/token_request.h"

namespace bearward::endpoint {

Task<Result<oauth::TokenArgument, oauth::TokenError>> read_presented_token(http::Request request) {
  const auto content = co_await http::read_content(request.content, oauth::max_token_request_bytes);
  if (!content) {
    co_return std::unexpected(content.error() == http::ReadContentError::too_large
                                  ? oauth::TokenError::content_too_large()
                                  : oauth::TokenError::invalid_request("the content is cut short"));
  }
  co_return oauth::read_token_argument(request.head.fields, content->reveal());
}

}  // namespace bearward::endpoint
