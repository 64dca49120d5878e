#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "snapshot/snapshot.h"

namespace bearward::probe {

struct SelftestOptions {
  std::string ca_file;      // who may vouch for the gateway's certificate
  std::string server_name;  // that it has to be for; empty: the host that is asked for
  bool insecure = false;    // no certificate is looked at; on loopback addresses none is without a ca_file
  std::size_t most_routes = 25;
};

/// Something that got through, or was cut in two.
struct Breach {
  std::string listener;
  std::string route;  // FILE:LINE name; empty: whatever the route
  std::string trick;
  std::string request;  // method and target
  std::string came;     // "200", "a second response", ...
};

struct SelftestReport {
  std::size_t passed = 0;
  std::vector<Breach> failed;
  std::size_t routes = 0;          // that were tried
  std::size_t routes_skipped = 0;  // beyond most_routes
};

/// Sends tricks to the gateway that runs this configuration and judges by the answers: what must be refused has
/// to be refused by the gateway itself, which its decision log confirms where an admin listener is configured.
/// Of every route that is not public one path is tried. The error says why nothing could be sent.
Result<SelftestReport, std::string> selftest(const snapshot::Snapshot& snapshot, const SelftestOptions& options,
                                             UnixTime now);

}  // namespace bearward::probe
