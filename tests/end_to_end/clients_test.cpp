#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <string>

#include "support/site.h"

namespace bearward::testing {
namespace {

constexpr std::string_view form_type = "Content-Type: application/x-www-form-urlencoded\r\n";
constexpr std::string_view login = "username=alice&password=correct+horse+battery+staple";

std::string text_in(const Response& response, std::string_view member) {
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(response.content, error);
  const boost::json::value* found = value.is_object() ? value.get_object().if_contains(member) : nullptr;
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
}

constexpr const char* registered =
    "\n  public_clients: PUBLIC\n  registered:\n"
    "    - {id: console, secret: {file: console.secret}, grants: [password]}\n"
    "    - {id: spa, public: true, grants: [password]}";

void configure_clients(GatewayConfig& config, const std::string& public_clients) {
  std::string yaml = registered;
  yaml.replace(yaml.find("PUBLIC"), 6, public_clients);
  config.set("clients", yaml);
  config.file("console.secret", "a secret: of 100% + more\n");
  config.set("identity", "{headers: {X-Forwarded-User: \"{user.username}\", X-Auth-Client: \"{token.client_id}\"}}");
}

template <class Suite>
class ClientsTest : public SharedSiteTest<Suite> {
 protected:
  static Response ask(const std::string& further, std::string_view fields = "") {
    return Suite::send(
        request("POST", "/token", std::string(form_type) + std::string(fields), std::string(login) + further));
  }
  /// Which client the upstream is told of.
  static std::string client_upstream_sees(const Response& response) {
    EXPECT_EQ(response.status, 200) << response.content;
    EXPECT_EQ(Suite::send(request("GET", "/api/x", bearer(text_in(response, "access_token")))).status, 200);
    return Suite::upstream().last().field("X-Auth-Client");
  }
};

class RegisteredClients : public ClientsTest<RegisteredClients> {
 public:
  static void configure(GatewayConfig& config) { configure_clients(config, "true"); }
  friend class ClientsTest<RegisteredClients>;
};

// "console:a+secret%3A+of+100%25+%2B+more", encoded as RFC 6749 §2.3.1 has it.
constexpr std::string_view console = "Authorization: Basic Y29uc29sZTphK3NlY3JldCUzQStvZisxMDAlMjUrJTJCK21vcmU=\r\n";
constexpr std::string_view console_form = "&client_id=console&client_secret=a+secret%3A+of+100%25+%2B+more";

TEST_F(RegisteredClients, GoIntoTheTokenOnceProven) {
  EXPECT_EQ(client_upstream_sees(ask("", console)), "console");
  EXPECT_EQ(client_upstream_sees(ask(std::string(console_form))), "console");
  EXPECT_EQ(client_upstream_sees(ask("&client_id=console", console)), "console");
  EXPECT_EQ(client_upstream_sees(ask("&client_id=spa")), "spa");
  EXPECT_EQ(client_upstream_sees(ask("", "Authorization: Basic c3BhOg==\r\n")), "spa");
  EXPECT_EQ(client_upstream_sees(ask("&client_id=anybody")), "") << "proves nothing";
  EXPECT_EQ(client_upstream_sees(ask("")), "");
}

TEST_F(RegisteredClients, AreRefusedWithoutProof) {
  struct Case {
    const char* name;
    std::string form;
    std::string fields;
    int status;
    const char* error;
  };
  const Case cases[] = {
      {"a wrong secret by form", "&client_id=console&client_secret=wrong", "", 401, "invalid_client"},
      {"a wrong secret by Basic", "", "Authorization: Basic Y29uc29sZTp3cm9uZw==\r\n", 401, "invalid_client"},
      {"no secret", "&client_id=console", "", 401, "invalid_client"},
      {"an empty one", "&client_id=console&client_secret=", "", 401, "invalid_client"},
      {"an empty one by Basic", "", "Authorization: Basic Y29uc29sZTo=\r\n", 401, "invalid_client"},
      {"an unknown client with a secret", "&client_id=other&client_secret=wrong", "", 401, "invalid_client"},
      {"a public client with a secret", "&client_id=spa&client_secret=wrong", "", 401, "invalid_client"},
      {"Basic and form", std::string(console_form), std::string(console), 400, "invalid_request"},
      {"another id in the form", "&client_id=spa", std::string(console), 400, "invalid_request"},
      {"the id twice", "&client_id=spa&client_id=console", "", 400, "invalid_request"},
      {"two Authorization fields", "", std::string(console) + std::string(console), 400, "invalid_request"}};
  std::string refusal;
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Response response = ask(c.form, c.fields);
    EXPECT_EQ(response.status, c.status) << response.content;
    EXPECT_EQ(text_in(response, "error"), c.error);
    EXPECT_EQ(response.field("Cache-Control"), "no-store");
    if (c.status != 401) continue;
    EXPECT_TRUE(response.field("WWW-Authenticate").starts_with("Basic"));
    if (refusal.empty()) refusal = response.content;
    EXPECT_EQ(response.content, refusal) << "tells which ids are registered";
  }
}

class RegisteredClientsAlone : public ClientsTest<RegisteredClientsAlone> {
 public:
  static void configure(GatewayConfig& config) { configure_clients(config, "false"); }
  friend class ClientsTest<RegisteredClientsAlone>;
};

TEST_F(RegisteredClientsAlone, MayLogUsersIn) {
  EXPECT_EQ(ask("", console).status, 200);
  EXPECT_EQ(ask("&client_id=spa").status, 200);
  for (const char* form : {"", "&client_id=anybody", "&client_id=other&client_secret=x", "&client_id=console"}) {
    SCOPED_TRACE(form);
    const Response response = ask(form);
    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(text_in(response, "error"), "invalid_client");
  }
}

}  // namespace
}  // namespace bearward::testing
