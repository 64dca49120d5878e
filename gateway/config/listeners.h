#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/place.h"

namespace bearward::config {

/// `host:port` of a listener; the host is an IP address.
struct Address {
  std::string host;
  std::uint16_t port = 0;
  Place place;
};

struct Certificate {
  std::string certificate;  // PEM chain, absolute path
  std::string private_key;  // PEM, absolute path
  Place place;
};

enum class TlsVersion { tls1_2, tls1_3 };

struct ListenerTls {
  std::vector<Certificate> certificates;  // the SNI name picks; the first is the default
  TlsVersion min_version = TlsVersion::tls1_2;
};

struct Listener {
  std::string name;
  Address address;
  std::optional<ListenerTls> tls;  // absent: clear text
};

}  // namespace bearward::config
