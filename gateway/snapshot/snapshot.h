#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "config/config.h"
#include "crypto/tls_context.h"
#include "oauth/client_registry.h"
#include "policy/cors.h"
#include "policy/route_table.h"
#include "token/assertion.h"
#include "token/key_set.h"
#include "token/token_issuer.h"
#include "upstream/group.h"

namespace bearward::snapshot {

/// All that a request needs to know of the configuration, ready to serve. Immutable and shared by all
/// workers; a reload makes another, and requests in flight finish on the one that they began with.
struct Snapshot {
  std::uint64_t generation = 0;  // counts from 1, one more at each reload
  config::Config config;
  std::shared_ptr<const token::KeySet> keys;
  std::shared_ptr<const token::TokenIssuer> token_issuer;          // null without signing keys
  std::shared_ptr<const token::AssertionSigner> assertion_signer;  // null where no route asks for assertions
  oauth::ClientRegistry clients;
  policy::RouteTable routes;
  upstream::Groups upstreams;                                  // by index in Config::upstreams
  std::shared_ptr<const policy::Cors> cors;                    // of own paths and of what matches no route; null: none
  std::vector<std::shared_ptr<const crypto::TlsContext>> tls;  // by listener; null: clear text
};

}  // namespace bearward::snapshot
