#include "oauth/client_authentication.h"

#include <gtest/gtest.h>

#include "support/made_request.h"

namespace bearward::oauth {
namespace {

using testing::MadeRequest;

/// `id|secret`, or the error's code.
std::string client_of(MadeRequest::FieldLines lines, std::string_view content) {
  const MadeRequest request("POST", "/token", std::move(lines));
  const auto client = read_client(request.head.fields, Form::parse(content).value());
  if (!client) return std::string(to_string(client.error().code));
  return client->id + "|" + std::string(client->secret.reveal());
}

TEST(ReadClient, ReadsBasicAndTheForm) {
  struct Case {
    const char* name;
    const char* authorization;  // empty: no such field
    const char* content;
    const char* client;
  };
  const Case cases[] = {
      {"neither", "", "", "|"},
      {"an id in the form", "", "client_id=spa", "spa|"},
      {"id and secret in the form", "", "client_id=spa&client_secret=s%20t", "spa|s t"},
      {"a secret alone", "", "client_secret=s", "|s"},
      {"Basic", "Basic c3BhOnNlY3JldA==", "", "spa|secret"},
      {"the scheme has no case", "bAsIc c3BhOnNlY3JldA==", "", "spa|secret"},
      {"more spaces", "Basic   c3BhOnNlY3JldA==", "", "spa|secret"},
      {"a colon in the secret", "Basic c3BhOnM6dA==", "", "spa|s:t"},
      {"both form-encoded first, RFC 6749 2.3.1", "Basic cyUzQXBhOnMlMjV0Kw==", "", "s:pa|s%t "},
      {"an id without a secret", "Basic c3BhOg==", "", "spa|"},
      {"an empty client, as Swagger UI sends it", "Basic Og==", "", "|"},
      {"an empty client beside the form's", "Basic Og==", "client_id=spa", "spa|"},
      {"a bearer token of old", "Bearer abc.def.ghi", "client_id=spa", "spa|"},
      {"the same id twice over", "Basic c3BhOnNlY3JldA==", "client_id=spa", "spa|secret"},
      {"another id in the form", "Basic c3BhOnNlY3JldA==", "client_id=other", "invalid_request"},
      {"a secret in both", "Basic c3BhOnNlY3JldA==", "client_id=spa&client_secret=secret", "invalid_request"},
      {"no base64", "Basic spa:secret", "", "invalid_request"},
      {"base64 without its padding", "Basic c3BhOg", "", "invalid_request"},
      {"too much padding", "Basic c3BhOnNlY3JldA======", "", "invalid_request"},
      {"base64url", "Basic c3BhOj8_Pz8_", "", "invalid_request"},
      {"no colon", "Basic c3Bh", "", "invalid_request"},
      {"nothing after the scheme", "Basic", "", "invalid_request"},
      {"a broken escape", "Basic c3BhOiU=", "", "invalid_request"},
      {"not UTF-8", "Basic c3BhOv8=", "", "invalid_request"}};
  for (const Case& c : cases) {
    MadeRequest::FieldLines lines;
    if (*c.authorization != '\0') lines.emplace_back("Authorization", c.authorization);
    EXPECT_EQ(client_of(std::move(lines), c.content), c.client) << c.name;
  }
}

TEST(ReadClient, RefusesTwoAuthorizationFields) {
  EXPECT_EQ(client_of({{"Authorization", "Basic Og=="}, {"authorization", "Basic Og=="}}, ""), "invalid_request");
}

}  // namespace
}  // namespace bearward::oauth
