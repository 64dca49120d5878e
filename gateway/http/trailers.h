#pragma once

#include <functional>

#include "http/fields.h"

namespace bearward::http {

/// May this field never stand behind content (RFC 9110 §6.5.1)? What frames, routes, modifies or authenticates a
/// message, controls its answer, describes its content or says whose it is has been decided by when trailers come;
/// a server that merges them into the head would take it all the same. In any spelling that a CGI server folds
/// together (field_syntax.h). Digests of the content (RFC 9530) are what trailers are for.
bool is_never_a_trailer(const Field& field);

/// Says of a trailer field whether it goes no further.
using TrailerFilter = std::move_only_function<bool(const Field&) const>;

}  // namespace bearward::http
