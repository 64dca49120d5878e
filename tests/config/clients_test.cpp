#include "config/clients.h"

#include <gtest/gtest.h>

#include "config/loading.h"

namespace bearward::config {
namespace {

using test::load_snippet;

TEST(ReadClients, ReadsThem) {
  const auto loaded = load_snippet(R"(
clients:
  public_clients: false
  registered:
    - {id: console, secret: "${SECRET}", grants: [password, client_credentials], scopes: ["orders:read", "orders:write"]}
    - {id: batch, secret: {file: secret.txt}, grants: password, scopes: a}
    - {id: spa, public: true, grants: [password, refresh_token]}
)");
  EXPECT_EQ(loaded.findings, std::vector<std::string>{});
  const Clients& clients = loaded.config.clients;
  EXPECT_FALSE(clients.public_clients);
  ASSERT_EQ(clients.registered.size(), 3U);
  EXPECT_EQ(clients.registered[0].id, "console");
  EXPECT_EQ(clients.registered[0].secret.reveal(), "a secret of the environment, long enough");
  EXPECT_EQ(clients.registered[0].scopes, (identity::Scopes{"orders:read", "orders:write"}));
  EXPECT_EQ(clients.registered[1].secret.reveal(), "a secret of a file that is long enough");
  EXPECT_EQ(clients.registered[1].grants, std::vector{GrantType::password});
  EXPECT_EQ(clients.registered[2].grants, (std::vector{GrantType::password, GrantType::refresh_token}));
  EXPECT_TRUE(clients.registered[2].is_public);
  EXPECT_TRUE(clients.registered[2].secret.empty());
}

TEST(ReadClients, NeedsNoneByDefault) {
  const auto loaded = load_snippet("clients: {}");
  EXPECT_EQ(loaded.findings, std::vector<std::string>{});
  EXPECT_TRUE(loaded.config.clients.public_clients);
  EXPECT_TRUE(load_snippet("workers: 1").config.clients.public_clients);
}

TEST(ReadClients, SaysWhatIsWrong) {
  const std::string start = "clients: {registered: [\n";
  const test::Mistake mistakes[] = {
      {"a public client with a secret",
       "S{id: spa, public: true, secret: hunter2, grants: password}]}\n",
       {"2:33: error: found a secret for a public client, expected none; remove it or public"}},
      {"a confidential client without one",
       "S{id: spa, grants: password}]}\n",
       {"2:1: error: found no key \"secret\" for a client that is not public, expected a secret; add it or public: "
        "true"}},
      {"a secret in the file that is short too",
       "S{id: spa, secret: hunter2, grants: password}]}\n",
       {"2:19: warning: a secret written in the configuration can leak with it; use ${NAME} or {file: path}",
        "2:19: warning: a client secret of less than 16 bytes can be guessed; use a longer one"}},
      {"an empty secret",
       "S{id: spa, secret: \"${EMPTY}\", grants: password}]}\n",
       {"2:19: error: found an empty text for secret, expected a secret, as a text or {file: path}"}},
      {"one id twice",
       "S{id: spa, public: true, grants: password},\n {id: spa, public: true, grants: password}]}\n",
       {"3:2: error: found the client \"spa\" again, expected it once; it stands on line 2 too"}},
      {"no id and no grants",
       "S{public: true}]}\n",
       {"2:1: error: found no key \"id\" in registered, expected a name",
        "2:1: error: found no key \"grants\" in registered, expected password, refresh_token or client_credentials"}},
      {"an id that is no name",
       "S{id: \"the spa\", public: true, grants: password}]}\n",
       {"2:6: error: found \"the spa\" for id, expected a name of at most 64 letters, digits, \".\", \"_\" and \"-\""}},
      {"a grant that is none",
       "S{id: spa, public: true, grants: [pasword]}]}\n",
       {"2:34: error: found \"pasword\" for grants, expected password, refresh_token or client_credentials; did you "
        "mean \"password\"?"}},
      {"a public client that acts for itself",
       "S{id: spa, public: true, grants: [client_credentials]}]}\n",
       {"2:34: error: found client_credentials for a public client, expected another grant; anybody could use it"}},
      {"a grant twice",
       "S{id: spa, public: true, grants: [password, password]}]}\n",
       {"2:44: error: found \"password\" again, expected each grant once"}},
      {"a scope that is none",
       "S{id: spa, public: true, grants: password, scopes: [\"a b\"]}]}\n",
       {"2:52: error: found \"a b\" for scopes, expected a scope without spaces, quotes or backslashes (RFC 6749 "
        "§3.3)"}},
      {"no list",
       "clients: {registered: spa}\n",
       {"1:23: error: found \"spa\" for registered, expected a list of clients, each {id, secret, grants} or {id, "
        "public: true, grants}"}}};
  for (const test::Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.sentence);
    std::string yaml = mistake.yaml;
    if (yaml.starts_with('S')) yaml.replace(0, 1, start);
    const auto findings = load_snippet(yaml).findings;
    EXPECT_EQ(findings, mistake.findings);
    for (const std::string& finding : findings) EXPECT_EQ(finding.find("hunter2"), std::string::npos);
  }
}

}  // namespace
}  // namespace bearward::config
