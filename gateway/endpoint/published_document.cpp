#include "endpoint/published_document.h"

#include "http/problem.h"

namespace bearward::endpoint {

http::Response publish_document(const http::RequestHead& head, std::string_view content_type, std::string document,
                                int max_age_seconds) {
  if (head.method != "GET" && head.method != "HEAD") {
    http::Response refused = http::problem(405, "this document is read with GET");
    refused.own_fields += "Allow: GET, HEAD\r\n";
    return refused;
  }
  http::Response response;
  response.status = 200;
  response.own_fields = "Content-Type: ";
  response.own_fields += content_type;
  response.own_fields += "\r\nCache-Control: public, max-age=" + std::to_string(max_age_seconds) + "\r\n";
  response.body = std::move(document);
  return response;
}

}  // namespace bearward::endpoint
