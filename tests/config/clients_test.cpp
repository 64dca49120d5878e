#include <gtest/gtest.h>

#include "config/loading.h"

namespace bearward::config {
namespace {

TEST(ReadClients, AcceptsWhatThisVersionDoesAndNoMore) {
  EXPECT_EQ(test::load_snippet("clients: {public_clients: true}").findings, std::vector<std::string>{});
  EXPECT_EQ(test::load_snippet("clients: {public_clients: false, registered: []}").findings,
            (std::vector<std::string>{
                "1:27: error: \"public_clients\" other than true is not yet supported by this version; remove it",
                "1:34: error: \"registered\" is not yet supported by this version; remove it"}));
}

}  // namespace
}  // namespace bearward::config
