#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include "support/gateway_process.h"
#include "support/http_client.h"
#include "support/recording_upstream.h"
#include "support/token_factory.h"

namespace bearward::testing {

/// A running gateway with its upstream and its users: alice (roles staff and sales), root (role admin, no
/// email), bob (disabled).
class Site {
 public:
  using Change = std::function<void(GatewayConfig&)>;
  explicit Site(const Change& change = {});

  Response send(std::string_view request) const { return exchange(gateway.port(), request); }
  /// GET with a good token of `username`.
  Response get_as(std::string_view username, std::string_view target, std::string_view fields = "") const;
  /// What `token` would leave the gateway with.
  std::string token(std::string_view username) const { return tokens.token(username); }

  RecordingUpstream upstream;
  GatewayProcess gateway;
  TokenFactory tokens;

  static constexpr std::string_view alice_password = "correct horse battery staple";
  static constexpr std::string_view root_password = "toor-toor-toor";
  static constexpr std::string_view bob_password = "builder-of-things";

 private:
  static GatewayConfig configure(std::uint16_t upstream_port, const Change& change);
};

/// Tests that share one site. `Suite` says in `static void configure(GatewayConfig&)` what is special; when
/// the suite is over the gateway has to end well, sanitizers included.
template <class Suite>
class SharedSiteTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { site_ = std::make_unique<Site>(&Suite::configure); }
  static void TearDownTestSuite() {
    if (!site_) return;
    EXPECT_EQ(site_->gateway.stop(), 0) << site_->gateway.errors();
    site_.reset();
  }
  void SetUp() override {
    ASSERT_NE(site_, nullptr);
    site_->upstream.start_over();
  }
  void TearDown() override {
    if (HasFailure()) std::cerr << "the gateway's log:\n" << tail_of(site_->gateway.errors());
  }

  static Site& site() { return *site_; }
  static RecordingUpstream& upstream() { return site_->upstream; }
  static RawClient client() { return RawClient(site_->gateway.port()); }
  static Response send(std::string_view request) { return site_->send(request); }
  static Response get_as(std::string_view username, std::string_view target, std::string_view fields = "") {
    return site_->get_as(username, target, fields);
  }

 private:
  static std::string tail_of(const std::string& text) {
    return text.substr(text.size() - std::min<std::size_t>(text.size(), 3000));
  }

  inline static std::unique_ptr<Site> site_;
};

}  // namespace bearward::testing
