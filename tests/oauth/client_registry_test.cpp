#include "oauth/client_registry.h"

#include <gtest/gtest.h>

namespace bearward::oauth {
namespace {

using config::Compatibility;
using config::GrantType;

config::Clients two_clients(bool public_clients) {
  config::Clients clients{.public_clients = public_clients, .registered = {}};
  config::RegisteredClient reporting;
  reporting.id = "reporting";
  reporting.secret = Secret("reporting-secret");
  reporting.grants = {GrantType::client_credentials, GrantType::password};
  config::RegisteredClient spa;
  spa.id = "spa";
  spa.is_public = true;
  spa.grants = {GrantType::password, GrantType::refresh_token};
  clients.registered = {reporting, spa};
  return clients;
}

TEST(ClientRegistry, KnowsAClientByItsSecret) {
  struct Case {
    const char* name;
    ClientCredentials credentials;
    std::string rfc6749;
    std::string fastapi;
  };
  const Case cases[] = {
      {"no client", {}, "nobody", "nobody"},
      {"the right secret", {"reporting", Secret("reporting-secret")}, "reporting", "reporting"},
      {"a wrong one", {"reporting", Secret("reporting-secreT")}, "invalid_client", "invalid_client"},
      {"the beginning of it", {"reporting", Secret("reporting-secre")}, "invalid_client", "invalid_client"},
      {"no secret of a confidential client", {"reporting", {}}, "invalid_client", "invalid_client"},
      {"a public client", {"spa", {}}, "spa", "spa"},
      {"a public client with a secret", {"spa", Secret("x")}, "invalid_client", "invalid_client"},
      {"the id in another case", {"SPA", {}}, "nobody", "nobody"},
      {"an id that nobody registered", {"other", {}}, "nobody", "nobody"},
      {"the same with a secret, which FastAPI never looks at", {"other", Secret("x")}, "invalid_client", "nobody"},
      {"a secret of nobody", {"", Secret("x")}, "invalid_client", "nobody"},
      {"the digest of no secret", {"other", Secret(std::string(32, '\0'))}, "invalid_client", "nobody"}};
  const ClientRegistry clients(two_clients(true));
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    for (const auto& [compatibility, expected] :
         {std::pair{Compatibility::rfc6749, c.rfc6749}, std::pair{Compatibility::fastapi, c.fastapi}}) {
      const auto client = clients.authenticate(c.credentials, compatibility);
      if (!client) {
        EXPECT_EQ(to_string(client.error().code), expected);
        EXPECT_EQ(client.error().status, 401);
      } else {
        EXPECT_EQ(*client == nullptr ? "nobody" : (*client)->id, expected);
      }
    }
  }
}

TEST(ClientRegistry, AdmitsAClientToItsGrantsAlone) {
  struct Case {
    const char* name;
    bool public_clients;
    const char* id;  // empty: not registered
    GrantType grant;
    const char* error;
  };
  const Case cases[] = {
      {"nobody, password", true, "", GrantType::password, ""},
      {"nobody, refresh", true, "", GrantType::refresh_token, ""},
      {"nobody acts for itself", true, "", GrantType::client_credentials, "invalid_client"},
      {"nobody where clients are registered, password", false, "", GrantType::password, "invalid_client"},
      {"nobody where clients are registered, refresh", false, "", GrantType::refresh_token, "invalid_client"},
      {"a grant of the client", false, "spa", GrantType::refresh_token, ""},
      {"not of the client", true, "spa", GrantType::client_credentials, "unauthorized_client"},
      {"not of this client", true, "reporting", GrantType::refresh_token, "unauthorized_client"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const ClientRegistry clients(two_clients(c.public_clients));
    const ClientCredentials credentials{c.id, *c.id == 'r' ? Secret("reporting-secret") : Secret{}};
    const auto client = clients.authenticate(credentials, Compatibility::rfc6749);
    ASSERT_TRUE(client);
    const auto admitted = clients.admit(*client, c.grant);
    EXPECT_EQ(admitted ? "" : to_string(admitted.error().code), c.error);
  }
}

}  // namespace
}  // namespace bearward::oauth
