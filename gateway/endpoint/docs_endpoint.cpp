#include "endpoint/docs_endpoint.h"

#include <string>
#include <utility>

#include "endpoint/docs_assets.h"
#include "endpoint/openapi_document.h"
#include "http/field_syntax.h"
#include "http/list.h"
#include "http/problem.h"

namespace bearward::endpoint {
namespace {

/// Nothing but what the gateway itself serves, no script inside the page, in nobody's frame. Swagger UI sets
/// some styles in its markup, and has its arrows as data: images in its style sheet.
constexpr std::string_view protection =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\nReferrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n";

std::string escaped_for_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&') {
      escaped += "&amp;";
    } else if (c == '"') {
      escaped += "&quot;";
    } else if (c == '<') {
      escaped += "&lt;";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string page_at(std::string_view docs) {
  const std::string base = escaped_for_html(docs);
  return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>API</title>\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<link rel=\"icon\" type=\"image/png\" href=\"" +
         base +
         "/favicon-32x32.png\">\n"
         "<link rel=\"stylesheet\" href=\"" +
         base +
         "/swagger-ui.css\">\n"
         "</head>\n<body>\n<div id=\"swagger-ui\"></div>\n"
         "<script src=\"" +
         base +
         "/swagger-ui-bundle.js\"></script>\n"
         "<script src=\"" +
         base + "/page.js\"></script>\n</body>\n</html>\n";
}

/// The docs path that leads here, without a slash at its end.
std::string_view docs_path_of(const snapshot::Snapshot& snapshot, std::string_view path) {
  for (std::string_view docs : snapshot.config.endpoints.paths_of(config::Endpoint::docs)) {
    if (docs.ends_with('/')) docs.remove_suffix(1);
    if (path.starts_with(docs) && (path.size() == docs.size() || path[docs.size()] == '/')) return docs;
  }
  return {};
}

std::string page_without_assets(std::string_view docs) {
  return "<!doctype html><title>Bearward</title><p>This gateway was built without its page: npm's registry could not "
         "be reached. The <a href=\"" +
         escaped_for_html(docs) + "/openapi.json\">OpenAPI document</a> is here.";
}

/// RFC 9110 §13.1.2: weak comparison, `*` matches whatever there is.
bool has_it_already(http::Fields fields, std::string_view tag) {
  for (const http::Field& field : fields) {
    if (!http::equal_ignoring_case(field.name, "If-None-Match")) continue;
    for (std::string_view each : http::ListView(field.value)) {
      if (each.starts_with("W/")) each.remove_prefix(2);
      if (each == tag || each == "*") return true;
    }
  }
  return false;
}

http::Response method_not_allowed(config::Compatibility compatibility) {
  http::Response response = compatibility == config::Compatibility::fastapi
                                ? http::detail_only(405, "Method Not Allowed")
                                : http::problem(405, "the documentation is only to be read");
  response.own_fields += "Allow: GET, HEAD\r\n";
  return response;
}

http::Response not_found(config::Compatibility compatibility) {
  return compatibility == config::Compatibility::fastapi ? http::detail_only(404, "Not Found")
                                                         : http::problem(404, "there is nothing at this path");
}

/// A browser keeps it and asks each time whether it is still this one: a new version of the gateway shows at once.
http::Response serve(const http::RequestHead& head, std::string_view type, std::string_view content, std::string tag) {
  http::Response response;
  response.status = has_it_already(head.fields, tag) ? 304 : 200;
  response.own_fields = "ETag: " + std::move(tag) + "\r\nCache-Control: no-cache\r\n";
  response.own_fields += protection;
  if (response.status == 200) {
    response.own_fields += "Content-Type: " + std::string(type) + "\r\n";
    response.body = content;
  }
  return response;
}

}  // namespace

Task<http::Response> DocsEndpoint::handle(const http::Request& request,
                                          std::shared_ptr<const snapshot::Snapshot> snapshot) {
  const http::RequestHead& head = request.head;
  const config::Compatibility compatibility = snapshot->config.compatibility;
  if (head.method != "GET" && head.method != "HEAD") co_return method_not_allowed(compatibility);
  const std::string_view docs = docs_path_of(*snapshot, head.target.path);
  const std::string_view below = std::string_view(head.target.path).substr(docs.size());
  if (below.empty() || below == "/") {
    const std::string page = has_docs_page() ? page_at(docs) : page_without_assets(docs);
    co_return serve(head, "text/html; charset=utf-8", page, tag_of(page));
  }
  if (below == "/openapi.json") {
    const std::string document = openapi_document(snapshot->config);
    co_return serve(head, "application/json", document, tag_of(document));
  }
  const DocsAsset* const asset = find_docs_asset(below.substr(1));
  if (asset == nullptr) co_return not_found(compatibility);
  co_return serve(head, asset->type, asset->content, asset->tag);
}

}  // namespace bearward::endpoint
