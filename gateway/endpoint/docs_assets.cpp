#include "endpoint/docs_assets.h"

#include <algorithm>
#include <array>

#include "base/base64url.h"
#include "crypto/hash.h"

// From cmake/browser.cmake, in assembly: a file's first byte, and the one behind its last.
extern "C" {
extern const char bearward_page_js[];
extern const char bearward_page_js_end[];
extern const char bearward_swagger_ui_js[];
extern const char bearward_swagger_ui_js_end[];
extern const char bearward_swagger_ui_license[];
extern const char bearward_swagger_ui_license_end[];
extern const char bearward_swagger_ui_css[];
extern const char bearward_swagger_ui_css_end[];
extern const char bearward_favicon[];
extern const char bearward_favicon_end[];
}

namespace bearward::endpoint {
namespace {

DocsAsset asset(std::string_view name, std::string_view type, const char* begin, const char* end) {
  const std::string_view content{begin, end};
  return {.name = name, .type = type, .content = content, .tag = tag_of(content)};
}

std::array<DocsAsset, 5> list_assets() {
  constexpr std::string_view script = "text/javascript; charset=utf-8";
  return {asset("page.js", script, bearward_page_js, bearward_page_js_end),
          asset("swagger-ui-bundle.js", script, bearward_swagger_ui_js, bearward_swagger_ui_js_end),
          asset("swagger-ui-bundle.js.LICENSE.txt", "text/plain; charset=utf-8", bearward_swagger_ui_license,
                bearward_swagger_ui_license_end),
          asset("swagger-ui.css", "text/css; charset=utf-8", bearward_swagger_ui_css, bearward_swagger_ui_css_end),
          asset("favicon-32x32.png", "image/png", bearward_favicon, bearward_favicon_end)};
}

}  // namespace

std::string tag_of(std::string_view content) {
  const crypto::Sha256 digest = crypto::sha256(content);
  return "\"" + base64url_encode({reinterpret_cast<const char*>(digest.data()), 18}) + "\"";
}

const DocsAsset* find_docs_asset(std::string_view name) {
  static const std::array<DocsAsset, 5> assets = list_assets();
  const auto found = std::ranges::find(assets, name, &DocsAsset::name);
  return found == assets.end() ? nullptr : &*found;
}

bool has_docs_page() { return !find_docs_asset("swagger-ui-bundle.js")->content.empty(); }

}  // namespace bearward::endpoint
