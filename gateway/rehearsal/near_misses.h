#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/route_table.h"

namespace bearward::rehearsal {

/// A route that does not decide about a request, though its path is for it.
struct NearMiss {
  const policy::Route* route = nullptr;
  std::string why;  // "its host is api.test", "it takes GET, HEAD only", "it matches too, but is wider: /api/**"
};

/// Of those routes the most specific ones, at most `most`. `decides` is the route that does, or null. Tries
/// every route: for people, not for requests.
std::vector<NearMiss> near_misses(const policy::RouteTable& routes, const policy::Route* decides, std::string_view host,
                                  std::string_view path, std::string_view method, std::size_t most = 12);

/// Where nothing matches `path`: the path that a slip of the pen away some route is for ("/a/" for "/a",
/// "/api" for "/API"); empty when there is none.
std::string path_meant(const policy::RouteTable& routes, std::string_view host, std::string_view path,
                       std::string_view method);

}  // namespace bearward::rehearsal
