#pragma once

#include <string>
#include <string_view>

namespace bearward::http {

/// The values of WWW-Authenticate that leave the gateway (RFC 6750 §3). `error` is one of RFC 6750
/// §3.1, or empty when the request carried no credentials at all.
std::string bearer_challenge(std::string_view error, std::string_view description = {}, std::string_view scope = {});

}  // namespace bearward::http
