#include "grenache/dht_announcer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <limits>
#include <optional>
#include <set>

#include "grenache/limits.h"
#include "seed.h"

namespace syrah::grenache {
namespace {

using base::Endpoint;
using base::LogLine;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
const std::string kId(20, 'n');
const std::string kToken = "0123456789abcdefghi\xFF";
const Service kService{"p2p_exchange", 4711};

Endpoint dht(int number) { return {"192.0.2." + std::to_string(number), 20001}; }

std::string compact(int number, std::uint16_t port = 20001) {
  return {'\xC0',
          '\0',
          '\x02',
          static_cast<char>(number),
          static_cast<char>(port >> 8),
          static_cast<char>(port & 0xFF)};
}

/// A reply with `arguments`, which must be in order.
std::string reply(const std::string& transaction,
                  const std::vector<std::pair<std::string, std::string>>& arguments) {
  std::string text;
  BencodeWriter writer(text);
  writer.begin_dict().key("r").begin_dict();
  for (const auto& [name, value] : arguments) writer.bytes(name, value);
  writer.end().bytes("t", transaction).bytes("y", "r").end();
  return text;
}

std::string error_reply(const std::string& transaction) {
  return "d1:eli203e37:cannot `announce_peer` with bad tokene1:t" +
         std::to_string(transaction.size()) + ":" + transaction + "1:y1:ee";
}

struct Query {
  Endpoint to;
  std::string bytes;
  std::string name;
  std::string transaction;
  std::int64_t at_us = 0;
};

/// What nodes of the DHT that are in order reply.
std::optional<std::string> normal(const Query& query) {
  if (query.name == "announce_peer") return reply(query.transaction, {{"id", kId}});
  return reply(query.transaction, {{"id", kId}, {"nodes", ""}, {"token", kToken}});
}

/// An announcer in virtual time. Each query is answered at once by `node`, or not.
class World {
 public:
  explicit World(std::vector<Service> services, const std::vector<Endpoint>& addresses)
      : announcer(std::move(services), addresses, tests::seed()) {}

  void start() {
    Outputs out;
    announcer.start(now(), out);
    take(out);
    deliver();
  }

  void run_for(std::int64_t ms) {
    const std::int64_t end_us = now_us + ms * 1000;
    while (announcer.next_deadline_us() <= end_us) {
      now_us = std::max(now_us, announcer.next_deadline_us());
      Outputs out;
      announcer.tick(now(), out);
      take(out);
      deliver();
    }
    now_us = end_us;
  }

  void arrive(const Endpoint& from, const std::string& bytes) {
    Outputs out;
    announcer.datagram(from, bytes, now(), out);
    take(out);
  }

  [[nodiscard]] base::Time now() const { return {now_us, now_us}; }
  [[nodiscard]] std::vector<std::string> log() const {
    std::vector<std::string> messages;
    for (const LogLine& line : lines) messages.push_back(line.message.substr(0, 23));
    return messages;
  }

  DhtAnnouncer announcer;
  std::function<std::optional<std::string>(const Query&)> node = normal;
  std::int64_t now_us = 7'000'000;
  std::vector<Query> queries;
  std::vector<Found> found;
  std::vector<LogLine> lines;

 private:
  void take(const Outputs& out) {
    for (const Output& output : out) {
      if (const auto* const datagram = std::get_if<SendDatagram>(&output)) {
        const auto message = BencodeValue::parse(datagram->bytes);
        ASSERT_TRUE(message);
        queries.push_back({datagram->to, datagram->bytes, std::string(*message->bytes("q")),
                           std::string(*message->bytes("t")), now_us});
        undelivered.push_back(queries.back());
      } else if (const auto* const hints = std::get_if<Found>(&output)) {
        found.push_back(*hints);
      } else {
        lines.push_back(std::get<LogLine>(output));
      }
    }
  }

  void deliver() {
    while (!undelivered.empty()) {
      const Query query = undelivered.front();
      undelivered.pop_front();
      const std::optional<std::string> bytes = node(query);
      if (bytes) arrive(query.to, *bytes);
    }
  }

  std::deque<Query> undelivered;
};

TEST(DhtAnnouncer, QueriesAreThoseOfAClientByteForByte) {
  EXPECT_EQ(get_peers_query("aa", kService),
            "d1:ad9:info_hash12:p2p_exchangee1:q9:get_peers1:t2:aa1:y1:qe");
  EXPECT_EQ(announce_query("aa", kService, kToken),
            "d1:ad12:implied_porti0e9:info_hash12:p2p_exchange4:porti4711e5:token20:" + kToken +
                "e1:q13:announce_peer1:t2:aa1:y1:qe");
}

TEST(DhtAnnouncer, TellsEachAddressEachServiceAgainAndAgain) {
  World world({kService, {"other", 5}}, {dht(1), dht(2)});
  EXPECT_EQ(world.announcer.next_deadline_us(), kNever);
  world.start();
  EXPECT_EQ(world.queries.size(), 8U);
  EXPECT_EQ(world.announcer.stored(), 2U);
  EXPECT_TRUE(world.announcer.announced());
  world.run_for(3'600'000);
  std::map<std::pair<Endpoint, bool>, std::int64_t> last;
  std::set<std::int64_t> waits;
  std::set<std::string> transactions;
  for (const Query& query : world.queries) {
    EXPECT_TRUE(transactions.insert(query.transaction).second) << "each has its own";
    if (query.name != "announce_peer") continue;
    EXPECT_THAT(query.bytes, testing::HasSubstr("5:token20:" + kToken));
    const auto key = std::make_pair(query.to, query.bytes.find(kService.name) != std::string::npos);
    if (last.contains(key)) {
      const std::int64_t wait_us = query.at_us - last[key];
      EXPECT_GE(wait_us, kRepeatMinMs * 1000);
      EXPECT_LE(wait_us, kRepeatMaxMs * 1000);
      waits.insert(wait_us);
    }
    last[key] = query.at_us;
  }
  EXPECT_EQ(last.size(), 4U);
  EXPECT_GT(waits.size(), 200U) << "they vary";
  EXPECT_EQ(world.announcer.counts().announces_ok * 2, world.queries.size());
  EXPECT_EQ(world.announcer.counts().announces_failed, 0U);
  EXPECT_THAT(world.lines, IsEmpty());
}

TEST(DhtAnnouncer, SilenceIsAskedTwiceMoreAndThenWaitedOut) {
  World world({kService}, {dht(1)});
  world.node = [](const Query&) { return std::nullopt; };
  world.start();
  const std::int64_t start_us = world.now_us;
  world.run_for(29'000);
  ASSERT_EQ(world.queries.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(world.queries[i].bytes, world.queries[0].bytes) << "a late answer still counts";
    EXPECT_EQ(world.queries[i].at_us - start_us, static_cast<std::int64_t>(i) * 3'000'000);
  }
  EXPECT_EQ(world.announcer.counts().announces_failed, 1U);
  EXPECT_FALSE(world.announcer.announced());
  world.run_for(600'000);
  EXPECT_THAT(world.log(), ElementsAre("not announced in the DH"));
  EXPECT_EQ(world.announcer.known(), 1U) << "configured addresses are never given up";
  world.node = normal;
  world.run_for(120'000);
  EXPECT_THAT(world.log(), ElementsAre("not announced in the DH", "announced in the DHT ag"));
  EXPECT_EQ(world.announcer.stored(), 1U);
  world.node = [](const Query& query) {
    return query.name == "get_peers" ? normal(query) : std::nullopt;
  };
  world.run_for(120'000);
  EXPECT_EQ(world.announcer.stored(), 0U) << "what counts is the last round";
  EXPECT_EQ(world.log().size(), 3U);
}

TEST(DhtAnnouncer, QuietItTellsNothingUntilItFailsLoudly) {
  World world({kService, {"other", 1}}, {dht(1)});
  world.node = [](const Query&) { return std::nullopt; };
  world.announcer.set_quiet(true);
  world.start();
  world.run_for(300'000);
  EXPECT_GT(world.announcer.counts().announces_failed, 0U);
  EXPECT_THAT(world.lines, IsEmpty());
  world.announcer.set_quiet(false);
  world.node = normal;
  world.run_for(120'000);
  EXPECT_TRUE(world.announcer.announced());
  EXPECT_THAT(world.lines, IsEmpty()) << "of trouble that is over, with either service";
  world.node = [](const Query&) { return std::nullopt; };
  world.run_for(120'000);
  EXPECT_THAT(world.log(), ElementsAre("not announced in the DH"));
}

TEST(DhtAnnouncer, OneAddressThatStoresIsEnough) {
  World world({kService}, {dht(1), dht(2), dht(3)});
  world.node = [](const Query& query) -> std::optional<std::string> {
    if (query.to == dht(1)) return std::nullopt;
    if (query.to == dht(2)) return error_reply(query.transaction);
    return normal(query);
  };
  world.start();
  world.run_for(600'000);
  EXPECT_TRUE(world.announcer.announced());
  EXPECT_EQ(world.announcer.stored(), 1U);
  EXPECT_THAT(world.lines, IsEmpty());
  EXPECT_GT(world.announcer.counts().announces_failed, 10U);
}

TEST(DhtAnnouncer, RepliesCountOnlyFromWhoWasAskedAndWithItsNumber) {
  World world({kService}, {dht(1), dht(2)});
  world.node = [](const Query&) { return std::nullopt; };
  world.start();
  ASSERT_EQ(world.queries.size(), 2U);
  const Query asked = world.queries[0];
  const std::string good = *normal(asked);
  world.arrive(world.queries[1].to, good);
  world.arrive({asked.to.host, 20002}, good);
  world.arrive({"192.0.2.99", 20001}, good);
  world.arrive(asked.to, *normal(world.queries[1]));
  for (const std::string& bytes :
       {std::string(), std::string("d"), good.substr(1), good + "e",
        reply("", {{"id", kId}, {"token", kToken}}), reply("aa", {{"id", kId}, {"token", kToken}}),
        get_peers_query(asked.transaction, kService), "d1:rle1:t4:" + asked.transaction + "1:y1:re",
        "d1:t4:" + asked.transaction + "1:y1:re", "d1:rd5:token1:xe1:t4:" + asked.transaction + "e",
        std::string(70'000, 'l')}) {
    world.arrive(asked.to, bytes);
  }
  EXPECT_EQ(world.queries.size(), 2U) << "none of these was taken";
  world.arrive(asked.to, good);
  ASSERT_EQ(world.queries.size(), 3U);
  EXPECT_EQ(world.queries[2].name, "announce_peer");
  world.arrive(asked.to, good);
  EXPECT_EQ(world.queries.size(), 3U) << "each reply once";
  EXPECT_EQ(world.announcer.stored(), 0U);
  const std::string stored = *normal(world.queries[2]);
  world.arrive(asked.to, stored);
  world.arrive(asked.to, stored);
  EXPECT_EQ(world.announcer.counts().announces_ok, 1U);
}

TEST(DhtAnnouncer, TransactionsCannotBeForetold) {
  // Same seed, same numbers; another seed, others. None continues the one before.
  DhtAnnouncer first({kService}, {dht(1), dht(2)}, 1);
  DhtAnnouncer second({kService}, {dht(1), dht(2)}, 2);
  Outputs of_first;
  Outputs of_second;
  first.start({}, of_first);
  second.start({}, of_second);
  std::set<std::string> datagrams;
  for (const Outputs& out : {of_first, of_second}) {
    for (const Output& output : out) datagrams.insert(std::get<SendDatagram>(output).bytes);
  }
  EXPECT_EQ(datagrams.size(), 4U);
}

TEST(DhtAnnouncer, RepliesWithoutAUsableTokenAreFailures) {
  for (const std::string& token : {std::string(), std::string(kDhtTokenBytesMax + 1, 't')}) {
    World world({kService}, {dht(1)});
    world.node = [&](const Query& query) {
      return reply(query.transaction, {{"id", kId}, {"token", token}});
    };
    world.start();
    for (const Query& query : world.queries) EXPECT_NE(query.name, "announce_peer");
    EXPECT_EQ(world.announcer.counts().announces_failed, 1U);
  }
}

TEST(DhtAnnouncer, AddressesHeardOfAreToldTooUpToABound) {
  World world({kService}, {dht(1)});
  world.node = [](const Query& query) -> std::optional<std::string> {
    if (query.name != "get_peers") return normal(query);
    std::string nodes = kId + std::string("\x7F\0\0\1\x10\x10", 6);  // another machine's loopback
    nodes += kId + std::string("\x0A\0\0\1\x10\x10", 6);             // of another network
    nodes += kId + compact(50, 0) + kId + std::string("\0\0\0\0\1\1", 6);
    for (int i = 1; i < 40; ++i) nodes += kId + compact(i);
    return reply(query.transaction, {{"id", kId}, {"nodes", nodes}, {"token", kToken}});
  };
  world.start();
  world.run_for(300'000);
  EXPECT_EQ(world.announcer.known(), kDhtAddressesMax);
  EXPECT_EQ(world.announcer.stored(), kDhtAddressesMax);
  std::set<Endpoint> told;
  for (const Query& query : world.queries) told.insert(query.to);
  EXPECT_EQ(told.size(), kDhtAddressesMax);
  for (const Endpoint& endpoint : told)
    EXPECT_TRUE(endpoint.host.starts_with("192.0.2.")) << endpoint.text();
}

TEST(DhtAnnouncer, AddressesHeardOfThatAreSilentMakeRoom) {
  World world({kService, {"other", 5}}, {dht(1)});
  int first = 100;
  world.node = [&](const Query& query) -> std::optional<std::string> {
    if (query.to != dht(1)) return std::nullopt;
    if (query.name != "get_peers") return normal(query);
    std::string nodes;
    for (int i = first; i < first + 30; ++i) nodes += kId + compact(i);
    return reply(query.transaction, {{"id", kId}, {"nodes", nodes}, {"token", kToken}});
  };
  world.start();
  world.run_for(10'000);
  EXPECT_EQ(world.announcer.known(), kDhtAddressesMax);
  first = 1;
  world.queries.clear();
  world.run_for(600'000);
  std::set<Endpoint> told;
  for (const Query& query : world.queries) {
    if (query.at_us > world.now_us - 120'000'000) told.insert(query.to);
  }
  EXPECT_TRUE(told.contains(dht(1)));
  EXPECT_TRUE(told.contains(dht(2))) << "the newer ones have their turn";
  EXPECT_FALSE(told.contains(dht(100)));
}

TEST(DhtAnnouncer, WhereOnlyPeersAreNamedItAsksForNodes) {
  EXPECT_EQ(find_node_query("aa", kId), "d1:ad6:target20:" + kId + "e1:q9:find_node1:t2:aa1:y1:qe");
  World world({kService, {"other", 5}}, {dht(1)});
  std::set<std::string> asked;
  bool answers = false;
  world.node = [&](const Query& query) -> std::optional<std::string> {
    if (query.name == "find_node") {
      asked.insert(query.bytes);
      if (!answers) return std::nullopt;
      return reply(query.transaction,
                   {{"id", kId}, {"nodes", kId + compact(2) + kId + compact(3)}});
    }
    if (query.name == "announce_peer") return normal(query);
    return reply(query.transaction, {{"id", kId}, {"token", kToken}});
  };
  world.start();
  EXPECT_EQ(asked.size(), 1U) << "once for all services";
  EXPECT_TRUE(world.announcer.announced()) << "with or without a reply";
  EXPECT_EQ(world.announcer.known(), 1U);
  answers = true;
  world.run_for(kRepeatMaxMs);
  EXPECT_EQ(world.announcer.known(), 3U);
  EXPECT_EQ(world.announcer.stored(), 3U);
  world.run_for(kRepeatMaxMs);
  EXPECT_GE(asked.size(), 5U) << "those heard of too, each time for something else";
  EXPECT_EQ(world.announcer.counts().announces_failed, 0U);
}

TEST(DhtAnnouncer, MalformedNodesAreIgnored) {
  World world({kService}, {dht(1)});
  world.node = [](const Query& query) -> std::optional<std::string> {
    if (query.name != "get_peers") return normal(query);
    return reply(query.transaction,
                 {{"id", kId}, {"nodes", kId + compact(5) + "x"}, {"token", kToken}});
  };
  world.start();
  EXPECT_EQ(world.announcer.known(), 1U);
  EXPECT_TRUE(world.announcer.announced());
}

TEST(DhtAnnouncer, PeersNamedOnTheWayAreHints) {
  World world({kService}, {dht(1)});
  world.node = [](const Query& query) -> std::optional<std::string> {
    if (query.name != "get_peers") return normal(query);
    std::string text;
    BencodeWriter writer(text);
    writer.begin_dict().key("r").begin_dict().bytes("token", kToken).key("values").begin_list();
    writer.bytes(compact(7, 1337)).bytes(compact(7, 1337)).bytes("short").integer(5);
    writer.bytes(std::string("\x7F\0\0\1\x05\x39", 6)).bytes(compact(8, 0)).bytes(compact(8, 9));
    writer.end().end().bytes("t", query.transaction).bytes("y", "r").end();
    return text;
  };
  world.start();
  ASSERT_EQ(world.found.size(), 1U);
  EXPECT_EQ(world.found[0].service, kService.name);
  EXPECT_THAT(world.found[0].endpoints,
              ElementsAre(Endpoint{"192.0.2.7", 1337}, Endpoint{"192.0.2.8", 9}));
  EXPECT_TRUE(world.announcer.announced());
}

TEST(DhtAnnouncer, OnlyIpv4AddressesAreAsked) {
  World world({kService}, {{"grape.example.org", 20001}, {"::1", 20001}, {"192.0.2.1", 0}, dht(2)});
  world.start();
  ASSERT_FALSE(world.queries.empty());
  for (const Query& query : world.queries) EXPECT_EQ(query.to, dht(2));
}

TEST(DhtAnnouncer, StopsAndStartsAgain) {
  World world({kService}, {dht(1)});
  world.node = [](const Query&) { return std::nullopt; };
  world.start();
  const Query asked = world.queries[0];
  world.announcer.stop();
  EXPECT_EQ(world.announcer.next_deadline_us(), kNever);
  world.arrive(asked.to, *normal(asked));
  EXPECT_EQ(world.queries.size(), 1U);
  world.node = normal;
  world.start();
  EXPECT_TRUE(world.announcer.announced());

  World idle({kService}, {});
  idle.start();
  EXPECT_EQ(idle.announcer.next_deadline_us(), kNever);
  EXPECT_FALSE(idle.announcer.announced());
}

}  // namespace
}  // namespace syrah::grenache
