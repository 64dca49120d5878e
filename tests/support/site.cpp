#include "support/site.h"

namespace bearward::testing {

GatewayConfig Site::configure(std::uint16_t upstream_port, const Change& change) {
  GatewayConfig config(upstream_port);
  if (change) change(config);
  return config;
}

Site::Site(const Change& change)
    : gateway(configure(upstream.port(), change)),
      tokens(TestKey::hmac(std::string(GatewayConfig::signing_secret)), "HS256", "k1") {
  gateway.add_user("alice", alice_password,
                   {"--email", "alice@example.test", "--full-name", "Alice Example", "--roles", "staff,sales"});
  gateway.add_user("root", root_password, {"--roles", "admin"});
  gateway.add_user("bob", bob_password, {"--disabled"});
  gateway.start();
}

Response Site::get_as(std::string_view username, std::string_view target, std::string_view fields) const {
  return send(request("GET", target, bearer(token(username)) + std::string(fields)));
}

}  // namespace bearward::testing
