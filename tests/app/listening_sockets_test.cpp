#include "app/listening_sockets.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include "support/free_port.h"
#include "transport/listener.h"

namespace bearward::app {
namespace {

void close_all(const std::vector<int>& descriptors) {
  for (const int each : descriptors) ::close(each);
}

TEST(ListeningSockets, OpensAsManyAsAreAskedFor) {
  const config::Address address{"127.0.0.1", testing::free_port(), {}};
  ListeningSockets sockets{InheritedSockets{}};
  const std::vector<int> opened = sockets.open(address, 3);
  EXPECT_EQ(opened.size(), 3U);
  EXPECT_EQ(sockets.all(), opened);
  close_all(opened);
}

TEST(ListeningSockets, RefusesAPortThatAnotherHas) {
  const config::Address address{"127.0.0.1", testing::free_port(), {}};
  const int other = *transport::bind_listening_socket(address.host, address.port);
  ASSERT_EQ(::listen(other, 1), 0);
  ListeningSockets sockets{InheritedSockets{}};
  EXPECT_THROW(sockets.open(address, 1), std::runtime_error);
  ::close(other);
}

TEST(InheritedSockets, RefusesWhatIsNoListeningSocket) {
  ::setenv(InheritedSockets::variable, "many", 1);
  EXPECT_THROW(InheritedSockets::from_environment(), std::runtime_error);
  ::setenv(InheritedSockets::variable, "-1", 1);
  EXPECT_THROW(InheritedSockets::from_environment(), std::runtime_error);
  ::setenv(InheritedSockets::variable, "65536", 1);  // so many descriptors are not open
  EXPECT_THROW(InheritedSockets::from_environment(), std::runtime_error);
  EXPECT_EQ(std::getenv(InheritedSockets::variable), nullptr) << "and no child sees it";
}

}  // namespace
}  // namespace bearward::app
