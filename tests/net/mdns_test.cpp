#include "net/mdns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "net/mdns_limits.h"
#include "net/mdns_side.h"

namespace syrah::net {
namespace {

using namespace std::chrono_literals;  // NOLINT
using testing::HasSubstr;

TEST_F(MdnsTest, TwoNodesFindEachOtherAndNotThemselves) {
  MdnsSide a(io, settings('a', 4001));
  MdnsSide b(io, settings('b', 4002));
  ASSERT_TRUE(a.mdns->start());
  ASSERT_TRUE(b.mdns->start());
  ASSERT_TRUE(until([&] { return a.has_found(b) && b.has_found(a); }));
  const MdnsPeer expected{.endpoint = {.host = "127.0.0.1", .port = 4002},
                          .node_id = b.settings.node_id,
                          .network = network,
                          .version = "2"};
  EXPECT_EQ(a.found.back(), expected);
  EXPECT_FALSE(a.has_found(a));
  EXPECT_FALSE(b.has_found(b));
  EXPECT_TRUE(until([&] { return a.mdns->announced_name() == a.settings.name; }));
  EXPECT_EQ(a.warnings(), 0U);
  EXPECT_EQ(b.warnings(), 0U);
}

TEST_F(MdnsTest, AGoodbyeIsHeardAndWhoComesBackIsFoundAgain) {
  MdnsSide a(io, settings('a', 4001));
  MdnsSide b(io, settings('b', 4002));
  ASSERT_TRUE(a.mdns->start());
  ASSERT_TRUE(b.mdns->start());
  ASSERT_TRUE(until([&] { return a.has_found(b); }));
  b.mdns->stop();
  EXPECT_EQ(b.mdns->announced_name(), "");
  ASSERT_TRUE(until([&] { return !a.gone.empty(); }));
  EXPECT_EQ(a.gone.back().node_id, b.settings.node_id);

  a.found.clear();
  ASSERT_TRUE(b.mdns->start());
  EXPECT_TRUE(until([&] { return a.has_found(b); }));
}

TEST_F(MdnsTest, WhoeverHasATakenNameIsFoundUnderAnotherOne) {
  MdnsSettings of_b = settings('b', 4002);
  MdnsSide a(io, settings('a', 4001));
  of_b.name = a.settings.name;
  MdnsSide b(io, of_b);
  ASSERT_TRUE(a.mdns->start());
  ASSERT_TRUE(until([&] { return !a.mdns->announced_name().empty(); }));
  ASSERT_TRUE(b.mdns->start());
  ASSERT_TRUE(until([&] { return a.has_found(b) && b.has_found(a); }));
  ASSERT_TRUE(until(
      [&] { return !b.mdns->announced_name().empty() && !a.mdns->announced_name().empty(); }));
  EXPECT_EQ(a.mdns->announced_name(), a.settings.name);
  EXPECT_NE(b.mdns->announced_name(), a.settings.name);
  EXPECT_THAT(b.mdns->announced_name(), HasSubstr(a.settings.name));
  EXPECT_EQ(b.warnings(), 0U);
}

TEST_F(MdnsTest, EqualNamesAtTheSameMomentEndInTwoNames) {
  MdnsSettings of_b = settings('b', 4002);
  MdnsSide a(io, settings('a', 4001));
  of_b.name = a.settings.name;
  MdnsSide b(io, of_b);
  ASSERT_TRUE(a.mdns->start());
  ASSERT_TRUE(b.mdns->start());
  ASSERT_TRUE(until([&] { return a.has_found(b) && b.has_found(a); }));
  EXPECT_TRUE(until([&] {
    return !a.mdns->announced_name().empty() && !b.mdns->announced_name().empty() &&
           a.mdns->announced_name() != b.mdns->announced_name();
  }));
}

TEST_F(MdnsTest, NodesOfAnotherNetworkAreLeftAlone) {
  MdnsSettings elsewhere = settings('b', 4002);
  elsewhere.network = unique("elsewhere");
  MdnsSide a(io, settings('a', 4001));
  MdnsSide b(io, elsewhere);
  MdnsSide c(io, settings('c', 4003));
  ASSERT_TRUE(a.mdns->start());
  ASSERT_TRUE(b.mdns->start());
  ASSERT_TRUE(until([&] { return !b.mdns->announced_name().empty(); }));
  ASSERT_TRUE(c.mdns->start());
  ASSERT_TRUE(until([&] { return a.has_found(c) && c.has_found(a); }));
  EXPECT_FALSE(a.has_found(b));
  EXPECT_FALSE(c.has_found(b));
  EXPECT_TRUE(b.found.empty());
}

TEST_F(MdnsTest, LongAndStrangeNamesAreReplacedNotRefused) {
  const std::vector<std::string> names = {"",
                                          std::string(80, 'n'),
                                          std::string(62, 'n') + "\u00E9",
                                          "bad \xFF bytes",
                                          std::string("a\0b", 3),
                                          "a\nb"};
  std::vector<std::unique_ptr<MdnsSide>> nodes;
  for (const std::string& name : names) {
    MdnsSettings strange = settings(static_cast<char>('a' + nodes.size()), 4001);
    strange.name = name;
    nodes.push_back(std::make_unique<MdnsSide>(io, strange));
    ASSERT_TRUE(nodes.back()->mdns->start()) << name;
  }
  for (const auto& node : nodes) {
    EXPECT_TRUE(until([&] { return !node->mdns->announced_name().empty(); }))
        << node->settings.name;
    EXPECT_LE(node->mdns->announced_name().size(), kMdnsNameBytesMax);
  }
}

TEST_F(MdnsTest, WrongSettingsAreOneWarningAndAnError) {
  const auto refused = [&](const std::function<void(MdnsSettings&)>& spoil) {
    MdnsSettings wrong = settings('a', 4001);
    spoil(wrong);
    MdnsSide a(io, wrong);
    const auto status = a.mdns->start();
    EXPECT_FALSE(status);
    EXPECT_EQ(a.warnings(), 1U);
    return status ? std::string() : status.error().message;
  };
  EXPECT_THAT(refused([](auto& wrong) { wrong.port = 0; }), HasSubstr("port"));
  EXPECT_THAT(refused([](auto& wrong) { wrong.network = ""; }), HasSubstr("1 to 64"));
  EXPECT_THAT(refused([](auto& wrong) { wrong.network = "a\nb"; }), HasSubstr("1 to 64"));
  EXPECT_THAT(refused([](auto& wrong) { wrong.protocol_version = -1; }), HasSubstr("from 0"));
  EXPECT_NE(refused([](auto& wrong) { wrong.node_id = "short"; }), "");
  EXPECT_NE(refused([](auto& wrong) { wrong.listen_host = "no such host"; }), "");
}

TEST_F(MdnsTest, AnAddressThatIsNotThereYetIsNoError) {
  MdnsSettings away = settings('a', 4001);
  away.listen_host = "203.0.113.77";
  MdnsSide a(io, away);
  MdnsSide b(io, settings('b', 4002));
  ASSERT_TRUE(a.mdns->start());
  ASSERT_TRUE(b.mdns->start());
  EXPECT_TRUE(until([&] { return a.has_found(b); }));
  EXPECT_FALSE(b.has_found(a));
  EXPECT_EQ(a.mdns->announced_name(), "");
}

TEST_F(MdnsTest, WhoIsToldMayStopOrDestroy) {
  MdnsSide a(io, settings('a', 4001));
  MdnsSide b(io, settings('b', 4002));
  ASSERT_TRUE(b.mdns->start());
  int stopped = 0;
  std::optional<Mdns> c;
  c.emplace(io, settings('c', 4003), MdnsEvents{.on_found = [&](const MdnsPeer&) {
              ++stopped;
              c.reset();
            }});
  ASSERT_TRUE(a.mdns->start());
  ASSERT_TRUE(c->start());
  EXPECT_TRUE(until([&] { return stopped == 1 && a.has_found(b) && !a.gone.empty(); }));
  EXPECT_EQ(stopped, 1);
}

TEST_F(MdnsTest, TheEndMayComeAtAnyMoment) {
  for (int round = 0; round < 12; ++round) {
    MdnsSide a(io, settings('a', 4001));
    MdnsSide b(io, settings('b', 4002));
    ASSERT_TRUE(a.mdns->start());
    ASSERT_TRUE(b.mdns->start());
    run_for(round * 60ms);
    a.mdns.reset();
    if (round % 2 == 0) b.mdns->stop();
    run_for(5ms);
  }
  auto brief = std::make_unique<asio::io_context>();
  auto c = std::make_unique<MdnsSide>(*brief, settings('c', 4003));
  ASSERT_TRUE(c->mdns->start());
  brief->run_for(20ms);
  c.reset();
  brief.reset();
}

TEST_F(MdnsTest, NothingIsPrinted) {
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  MdnsSide a(io, settings('a', 4001));
  MdnsSide b(io, settings('b', 4002));  // a second stack: Avahi warns of it
  ASSERT_TRUE(a.mdns->start());
  ASSERT_TRUE(b.mdns->start());
  EXPECT_TRUE(until([&] { return a.has_found(b); }));
  b.mdns->stop();
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  const auto from_avahi = std::count_if(b.lines.begin(), b.lines.end(), [](const auto& line) {
    return line.level == base::LogLevel::kDebug && line.message == "mDNS library";
  });
  EXPECT_GT(from_avahi, 0);
}

TEST_F(MdnsTest, TwoThreadsHaveOneEach) {
  MdnsSide a(io, settings('a', 4001));
  const MdnsSettings of_b = settings('b', 4002);
  bool b_found_a = false;
  std::thread other([&] {
    asio::io_context own;
    MdnsSide b(own, of_b);
    b_found_a = b.mdns->start().ok() && run_until(
                                            own, [&] { return b.has_found(a); }, 20s);
    run_until(
        own, [&] { return !b.mdns->announced_name().empty(); }, 20s);
  });
  ASSERT_TRUE(a.mdns->start());
  const bool a_found_b = until([&] {
    return std::any_of(a.found.begin(), a.found.end(),
                       [&](const MdnsPeer& peer) { return peer.node_id == of_b.node_id; });
  });
  run_for(500ms);
  other.join();
  EXPECT_TRUE(a_found_b);
  EXPECT_TRUE(b_found_a);
}

}  // namespace
}  // namespace syrah::net
