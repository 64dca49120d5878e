#include "http/validation_error.h"

#include <gtest/gtest.h>

namespace bearward::http {
namespace {

TEST(ValidationErrors, HaveFastApisShape) {
  const ValidationError errors[] = {{.type = "missing", .location = {"body", "username"}, .message = "Field required"},
                                    {.type = "value_error",
                                     .location = {"body"},
                                     .message = "a \"quoted\" one",
                                     .input = "{}",
                                     .context = "{\"error\":{}}"}};
  const Response response = validation_errors(errors);
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.own_fields, "Content-Type: application/json\r\n");
  EXPECT_EQ(response.body,
            R"({"detail":[{"type":"missing","loc":["body","username"],"msg":"Field required","input":null},)"
            R"({"type":"value_error","loc":["body"],"msg":"a \"quoted\" one","input":{},"ctx":{"error":{}}}]})");
}

}  // namespace
}  // namespace bearward::http
