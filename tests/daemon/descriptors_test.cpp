#include "daemon/descriptors.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "net/limits.h"

namespace syrah::daemon {
namespace {

TEST(Descriptors, RoomIsMadeAsFarAsTheSystemAllows) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit low{256, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  const std::size_t room = make_room_for_connections();
  rlimit after{};
  ::getrlimit(RLIMIT_NOFILE, &after);
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_GT(after.rlim_cur, 256U);
  EXPECT_LE(room, net::kConnectionsMax);
  EXPECT_GE(room, 16U);
  EXPECT_LE(room + net::kHttpConnectionsMax, after.rlim_cur);
}

}  // namespace
}  // namespace syrah::daemon
