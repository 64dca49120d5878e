#pragma once

#include <boost/system/error_code.hpp>
#include <expected>

namespace bearward {

using error_code = boost::system::error_code;

/// An expected failure is a value: a T, or an E that says what failed. For I/O, E is an error_code;
/// elsewhere a small enum or struct of the room that reports it.
template <class T, class E = error_code>
using Result = std::expected<T, E>;

}  // namespace bearward
