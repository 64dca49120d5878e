#pragma once

#include <string_view>

#include "config/upgrades.h"
#include "http/head.h"

namespace bearward::policy {

/// The protocol that a request asks to switch to, if a route with these lets it; else empty: the request is then one
/// like any other.
std::string_view permitted_protocol(const config::Upgrades& upgrades, const http::RequestHead& head);

}  // namespace bearward::policy
