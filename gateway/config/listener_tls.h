#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "config/place.h"

namespace bearward::config {

struct Certificate {
  std::string certificate;  // PEM chain, absolute path
  std::string private_key;  // PEM, absolute path
  std::string ocsp_staple;  // DER, absolute path; empty: none is sent
  Place place;
};

enum class TlsVersion { tls1_2, tls1_3 };

/// How clients resume sessions without a whole handshake.
struct SessionTickets {
  bool on = true;
  std::vector<std::string> keys;  // absolute paths, the first seals; none: keys of the process, which rotate
  std::chrono::seconds lifetime{2 * 60 * 60};
  Place place;
};

/// What is asked of clients in the handshake; where no authorities are named, nothing.
struct ClientCertificates {
  std::string authorities;  // PEM, absolute path
  std::string revocations;  // PEM, absolute path; empty: nothing is looked up
  bool required = true;     // else a client without a certificate is nobody
  Place place;
};

/// The `tls` of a listener.
struct ListenerTls {
  std::vector<Certificate> certificates;  // the SNI name picks; the first is the default
  TlsVersion min_version = TlsVersion::tls1_2;
  TlsVersion max_version = TlsVersion::tls1_3;
  std::string ciphers;       // of TLS 1.2, as OpenSSL writes them; empty: the usual
  std::string ciphersuites;  // of TLS 1.3
  std::string groups;
  bool strict_sni = false;
  SessionTickets session_tickets;
  ClientCertificates client_certificates;
  Place place;
};

}  // namespace bearward::config
