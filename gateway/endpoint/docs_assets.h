#pragma once

#include <string>
#include <string_view>

namespace bearward::endpoint {

/// A file of the docs page. It lies in the program itself (cmake/browser.cmake): nothing is read from a disk,
/// and nothing from another host.
struct DocsAsset {
  std::string_view name;  // below the docs path: "page.js"
  std::string_view type;
  std::string_view content;
  std::string tag;  // of this very content, in its quotes (RFC 9110 §8.8.3)
};

/// The entity tag of a content.
std::string tag_of(std::string_view content);

/// Null where there is none of that name.
const DocsAsset* find_docs_asset(std::string_view name);

/// False in a build that could not reach npm's registry: then there is no page to try things on.
bool has_docs_page();

}  // namespace bearward::endpoint
