#include <gtest/gtest.h>

#include "desk.h"

namespace syrah::api {
namespace {

using tests::Desk;

HttpResponse plain_get(Desk& desk, std::string target) {
  return desk.send(HttpRequest{"GET", std::move(target), {}, "", ""});
}

TEST(NodeRoutes, TheNodeTellsWhatItIs) {
  Desk desk;
  FeedLine feed;
  feed.home = "aa";
  feed.seq = 7;
  feed.newest = 9;
  feed.state = "silent";
  feed.heard_ms_ago = 1500;
  desk.view().feeds = {feed};
  desk.view().peers.resize(3);
  EXPECT_EQ(plain_get(desk, "/node").body,
            R"({"id":"id","name":"desk","version":"1.0","mode":"pure","network":"test",)"
            R"("state":"running","uptime_s":12,"peers":3,"instruments":["BTC-USD","ETH-USD"],)"
            R"("feeds":[{"home":"aa","seq":7,"newest":9,"state":"silent","heard_ms_ago":1500}]})");
}

TEST(NodeRoutes, PeersAreListed) {
  Desk desk;
  PeerLine peer;
  peer.name = "grape";
  peer.address = "10.0.0.1:3000";
  peer.dialect = "basic";
  peer.source = "mdns";
  peer.route = "direct";
  peer.clock_ahead_ms = -1500;
  desk.view().peers = {peer};
  desk.view().sources = {{"mdns", 5, 4, 1, 3, 70}};
  desk.view().routes = {{"direct", 12}};
  const auto peers = json::parse(plain_get(desk, "/node/peers").body);
  ASSERT_TRUE(peers.ok());
  const auto& lines = peers->find("peers")->items();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].string("name"), "grape");
  EXPECT_EQ(lines[0].string("address"), "10.0.0.1:3000");
  EXPECT_EQ(lines[0].string("source"), "mdns");
  EXPECT_EQ(lines[0].string("route"), "direct");
  EXPECT_EQ(lines[0].integer("round_trip_us"), -1);
  EXPECT_EQ(lines[0].integer("clock_ahead_ms"), -1500);
  const auto& sources = peers->find("sources")->items();
  ASSERT_EQ(sources.size(), 1U);
  EXPECT_EQ(sources[0].string("name"), "mdns");
  EXPECT_EQ(sources[0].integer("tried"), 4);
  EXPECT_EQ(sources[0].integer("first_connection_ms"), 70);
  EXPECT_EQ(peers->find("routes")->integer("direct"), 12);
  EXPECT_EQ(peers->find("grenache"), nullptr) << "not used here";
}

TEST(NodeRoutes, APeerIsPartedFromByAnyOfItsNames) {
  Desk desk;
  EXPECT_EQ(desk.send(desk.request("DELETE", "/node/peers/10.0.0.1%3A3000")).status, 200);
  EXPECT_EQ(desk.send(desk.request("DELETE", "/node/peers/nobody")).status, 404);
  EXPECT_EQ(desk.parted(), std::vector<std::string>{"10.0.0.1:3000"});
}

TEST(NodeRoutes, ConnectingDialsAndSaysSo) {
  Desk desk;
  const HttpResponse response = desk.post("/node/peers", R"({"address":"10.0.0.1:3000"})");
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(desk.dialled(), std::vector<std::string>{"10.0.0.1:3000"});
}

TEST(NodeRoutes, ANameIsShownAndForgotten) {
  Desk desk;
  desk.view().names = {{"alice", "aabb"}};
  EXPECT_EQ(desk.get("/node/names").body, R"([{"name":"alice","id":"aabb"}])");
  EXPECT_EQ(desk.send(desk.request("DELETE", "/node/names/alice")).status, 200);
  EXPECT_EQ(desk.send(desk.request("DELETE", "/node/names/nobody")).status, 404);
  EXPECT_EQ(desk.forgotten(), std::vector<std::string>{"alice"});
}

TEST(NodeRoutes, HealthIsGoodOnlyWhileRunning) {
  Desk desk;
  EXPECT_EQ(plain_get(desk, "/health").body, R"({"status":"ok"})");
  for (const char* state : {"starting", "stopping"}) {
    desk.view().state = state;
    const HttpResponse response = plain_get(desk, "/health");
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(Desk::member(response, "message"), std::string("the node is ") + state);
  }
}

}  // namespace
}  // namespace syrah::api
