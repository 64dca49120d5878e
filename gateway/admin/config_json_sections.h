#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

/// The sections of the configuration as JSON: config_json_listeners.cpp, config_json_tokens.cpp, ...
namespace bearward::admin {

boost::json::array listeners_json(const std::vector<config::Listener>& listeners);
boost::json::object tokens_json(const config::Tokens& tokens);
boost::json::object clients_json(const config::Clients& clients);
boost::json::object users_json(const config::Users& users);
boost::json::object identity_json(const config::Identity& identity);
boost::json::object upstreams_json(const std::vector<config::Upstream>& upstreams);

/// `host:port`, an IPv6 address in brackets.
std::string host_and_port(std::string_view host, std::uint16_t port);
boost::json::array networks_json(const std::vector<IpNetwork>& networks);
boost::json::array texts_json(const std::vector<std::string>& texts);
/// Adds what is set.
void add_text(boost::json::object& section, std::string_view key, const std::string& text);
void add_texts(boost::json::object& section, std::string_view key, const std::vector<std::string>& texts);

}  // namespace bearward::admin
