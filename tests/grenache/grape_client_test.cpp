#include "grenache/grape_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <set>

#include "grenache/limits.h"
#include "seed.h"

namespace syrah::grenache {
namespace {

using base::Endpoint;
using base::LogLevel;
using base::LogLine;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
const HttpAnswer kRefusedConnection{0, {}, "connection refused"};

Grape far_grape(int number) { return {{"198.51.100." + std::to_string(number), 30001}, false}; }
Grape local_grape(int number) { return {{"127.0.0.1", static_cast<std::uint16_t>(number)}, true}; }

/// A client in virtual time; calls are answered by `grape` after `latency_us`.
class World {
 public:
  struct Made {
    std::int64_t at_us = 0;
    HttpCall call;
  };

  explicit World(GrapeClient::Config config) : client(std::move(config), numbers, tests::seed()) {}

  void start() {
    Outputs out;
    client.start(now(), out);
    take(out);
  }

  void run_for(std::int64_t ms) {
    const std::int64_t end_us = now_us + ms * 1000;
    while (true) {
      const std::int64_t answer_us = pending.empty() ? kNever : pending.begin()->first;
      const std::int64_t next_us = std::min(answer_us, client.next_deadline_us());
      if (next_us > end_us) break;
      now_us = std::max(now_us, next_us);
      Outputs out;
      if (answer_us <= now_us) {
        const HttpCall call = pending.begin()->second;
        pending.erase(pending.begin());
        EXPECT_TRUE(client.answered(call.call, grape(call), now(), out));
      } else {
        client.tick(now(), out);
      }
      take(out);
    }
    now_us = end_us;
  }

  [[nodiscard]] base::Time now() const { return {now_us, now_us}; }

  [[nodiscard]] std::vector<Made> made(const std::string& path) const {
    std::vector<Made> those;
    for (const Made& each : calls) {
      if (each.call.path == path) those.push_back(each);
    }
    return those;
  }

  [[nodiscard]] std::vector<std::string> log() const {
    std::vector<std::string> messages;
    for (const LogLine& line : lines) messages.push_back(line.message);
    return messages;
  }

  CallNumbers numbers;
  GrapeClient client;
  std::function<HttpAnswer(const HttpCall&)> grape = [](const HttpCall& call) {
    return HttpAnswer{200, call.path == "/announce" ? "1" : "[]", {}};
  };
  std::int64_t latency_us = 2'000;
  std::int64_t now_us = 5'000'000;
  std::multimap<std::int64_t, HttpCall> pending;
  std::vector<Made> calls;
  std::vector<Found> found;
  std::vector<LogLine> lines;

 private:
  void take(const Outputs& out) {
    for (const Output& output : out) {
      if (const auto* const call = std::get_if<HttpCall>(&output)) {
        calls.push_back({now_us, *call});
        pending.emplace(now_us + latency_us, *call);
      } else if (const auto* const hints = std::get_if<Found>(&output)) {
        found.push_back(*hints);
      } else {
        lines.push_back(std::get<LogLine>(output));
      }
    }
  }
};

std::string reason_of(const LogLine& line) {
  for (const auto& [name, text] : line.fields) {
    if (name == "reason") return text;
  }
  return {};
}

TEST(GrapeClient, AsksAtTheStartAndThenEachHalfMinuteToMinute) {
  World world({{local_grape(1)}, {{"one", 1337}}, {"one", "two"}});
  EXPECT_EQ(world.client.next_deadline_us(), kNever) << "not started";
  world.start();
  EXPECT_EQ(world.calls.size(), 3U);
  world.run_for(3'600'000);
  std::set<std::int64_t> waits;
  for (const char* path : {"/announce", "/lookup"}) {
    std::map<std::string, std::int64_t> last;
    for (const World::Made& made : world.made(path)) {
      const std::string argument = made.call.body.substr(made.call.body.find("data"));
      if (last.contains(argument)) {
        const std::int64_t wait_us = made.at_us - last[argument] - world.latency_us;
        EXPECT_GE(wait_us, kRepeatMinMs * 1000);
        EXPECT_LE(wait_us, kRepeatMaxMs * 1000);
        waits.insert(wait_us);
      }
      last[argument] = made.at_us;
    }
  }
  EXPECT_GT(waits.size(), 180U) << "they vary";
  EXPECT_EQ(world.client.counts().lookups_ok, world.made("/lookup").size());
  EXPECT_EQ(world.client.counts().announces_ok, world.made("/announce").size());
  EXPECT_EQ(world.found.size(), world.client.counts().lookups_ok) << "each time, also empty ones";
  EXPECT_THAT(world.lines, IsEmpty());
}

TEST(GrapeClient, RequestsAreWhatGrapesExpect) {
  World world({{local_grape(30001)}, {{"p2p_exchange", 1337}}, {"p2p_exchange"}});
  world.start();
  world.run_for(600'000);
  std::set<std::string> rids;
  std::set<std::uint64_t> numbers;
  for (const World::Made& made : world.calls) {
    const bool announces = made.call.path == "/announce";
    const std::string tail =
        announces ? R"(","data":["p2p_exchange",1337]})" : R"(","data":"p2p_exchange"})";
    ASSERT_THAT(made.call.body, testing::StartsWith(R"({"rid":")"));
    ASSERT_THAT(made.call.body, testing::EndsWith(tail));
    EXPECT_TRUE(
        rids.insert(made.call.body.substr(8, made.call.body.size() - 8 - tail.size())).second);
    EXPECT_TRUE(numbers.insert(made.call.call).second);
    EXPECT_EQ(made.call.to, (Endpoint{"127.0.0.1", 30001}));
    EXPECT_GE(made.call.timeout_ms, 6'000);
  }
}

TEST(GrapeClient, OnlyGrapesOfThisHostAnnounceAndAllOfThem) {
  World world({{far_grape(1), local_grape(1), local_grape(2)}, {{"one", 1}}, {"one"}});
  world.start();
  world.run_for(300'000);
  std::set<Endpoint> announcing;
  for (const World::Made& made : world.made("/announce")) announcing.insert(made.call.to);
  EXPECT_THAT(announcing, ElementsAre(local_grape(1).api, local_grape(2).api));
  for (const World::Made& made : world.made("/lookup")) EXPECT_EQ(made.call.to, far_grape(1).api);
  EXPECT_TRUE(world.client.announced());

  World far({{far_grape(1)}, {{"one", 1}}, {"one"}});
  far.start();
  far.run_for(300'000);
  EXPECT_THAT(far.made("/announce"), IsEmpty());
  EXPECT_FALSE(far.client.announced());
  EXPECT_THAT(far.lines, IsEmpty());
}

TEST(GrapeClient, AnyErrorLeadsToTheNextGrapeAtOnceAndThatOneIsKept) {
  const std::vector<HttpAnswer> errors = {
      kRefusedConnection,
      {0, {}, "no answer within 8000 ms"},
      {200, R"("ERR_GRAPE_LOOKUP")", {}},
      {200, R"("ERR_REQ_NOTFOUND")", {}},
      {200, R"("No nodes to query")", {}},
      {200, R"("All queries failed")", {}},
      {200, R"x("v must be less than 1000 bytes in put()")x", {}},
      {301, R"("301 CAS mismatch, re-read and try again")", {}},
      {302, R"("302 sequence number less than current")", {}},
      {413, "ERR_GRAPE_PAYLOAD_SIZE", {}},
      {500, "ERR_GRAPE_PAYLOAD_INVALID", {}},
      {500, "Cannot read", {}},
      {200, "", {}},
      {200, "1", {}},
      {200, "{}", {}},
      {200, "null", {}},
      {200, "<html></html>", {}},
      {200, "[" + std::string(kGrapeAnswerBytesMax, ' ') + "]", {}},
  };
  for (const HttpAnswer& error : errors) {
    World world({{far_grape(1), far_grape(2), far_grape(3)}, {}, {"one"}});
    world.grape = [&](const HttpCall& call) {
      return call.to == far_grape(2).api ? HttpAnswer{200, R"(["192.0.2.1:7"])", {}} : error;
    };
    world.start();
    world.run_for(10);
    ASSERT_EQ(world.calls.size(), 2U) << error.body;
    EXPECT_EQ(world.calls[1].at_us, world.calls[0].at_us + world.latency_us) << "at once";
    ASSERT_EQ(world.found.size(), 1U);
    EXPECT_THAT(world.found[0].endpoints, ElementsAre(Endpoint{"192.0.2.1", 7}));
    world.run_for(600'000);
    for (std::size_t i = 1; i < world.calls.size(); ++i) {
      EXPECT_EQ(world.calls[i].call.to, far_grape(2).api) << "kept as long as it works";
    }
    EXPECT_EQ(world.client.counts().lookups_failed, 1U);
    EXPECT_THAT(world.lines, IsEmpty()) << "others serve";
  }
}

TEST(GrapeClient, WaitsLongerWhenAllFailAndTellsOnceThatTheyWentAndCameBack) {
  World world({{local_grape(1), far_grape(2)}, {{"one", 1}}, {"one"}});
  bool down = true;
  world.grape = [&](const HttpCall& call) {
    if (down) return kRefusedConnection;
    return HttpAnswer{200, call.path == "/announce" ? "1" : "[]", {}};
  };
  world.start();
  world.run_for(3'600'000);
  EXPECT_THAT(world.log(), ElementsAre("Grapes cannot be reached"));
  EXPECT_EQ(world.lines[0].level, LogLevel::kWarning);
  EXPECT_THAT(reason_of(world.lines[0]), HasSubstr("connection refused"));
  EXPECT_FALSE(world.client.announced());

  const std::vector<World::Made> lookups = world.made("/lookup");
  std::int64_t longest_ms = kGrapeRetryMinMs;
  for (std::size_t i = 2; i < lookups.size(); i += 2) {
    EXPECT_NE(lookups[i - 2].call.to, lookups[i - 1].call.to) << "each once in a round";
    const std::int64_t wait_us = lookups[i].at_us - lookups[i - 1].at_us - world.latency_us;
    EXPECT_GE(wait_us, longest_ms * 10 * (100 - kGrapeRetryJitterPercent));
    EXPECT_LE(wait_us, longest_ms * 1000);
    longest_ms = std::min(2 * longest_ms, kGrapeRetryMaxMs);
  }
  EXPECT_EQ(longest_ms, kGrapeRetryMaxMs);
  EXPECT_LT(lookups.size(), 170U);

  down = false;
  world.run_for(600'000);
  EXPECT_THAT(world.log(), ElementsAre("Grapes cannot be reached", "Grapes answer again"));
  EXPECT_EQ(world.lines[1].level, LogLevel::kInfo);
  EXPECT_TRUE(world.client.announced());

  down = true;
  world.lines.clear();
  world.run_for(1'200'000);
  std::size_t gone = 0;
  for (const std::string& message : world.log()) gone += message == "Grapes cannot be reached";
  EXPECT_EQ(gone, 1U) << "the next time again";
}

TEST(GrapeClient, KnowsWhetherAnyGrapeAnswers) {
  World world({{far_grape(1), far_grape(2)}, {}, {"one"}});
  EXPECT_FALSE(world.client.any_answers());
  const auto good = world.grape;
  world.grape = [](const HttpCall&) { return kRefusedConnection; };
  world.start();
  world.run_for(10'000);
  EXPECT_FALSE(world.client.any_answers());
  world.grape = good;
  world.run_for(kGrapeRetryMaxMs);
  EXPECT_TRUE(world.client.any_answers());
  world.grape = [](const HttpCall&) { return kRefusedConnection; };
  world.run_for(2 * kRepeatMaxMs);
  EXPECT_FALSE(world.client.any_answers());
}

TEST(GrapeClient, RefusedAnnouncementsAreToldOnceWhileLookupsWork) {
  for (const HttpAnswer& error :
       {HttpAnswer{200, R"("No nodes to query")", {}},
        HttpAnswer{200, R"("All queries failed")", {}}, HttpAnswer{500, "ERR", {}},
        HttpAnswer{0, {}, "no answer within 8000 ms"},
        HttpAnswer{200, R"("ERR_GRAPE_ANNOUNCE")", {}},
        HttpAnswer{200, R"("ERR_GRAPE_SERVICE_PORT")", {}}}) {
    World world({{local_grape(1)}, {{"one", 1}, {"two", 2}}, {"one"}});
    bool works = false;
    world.grape = [&](const HttpCall& call) {
      if (call.path == "/lookup") return HttpAnswer{200, "[]", {}};
      return works ? HttpAnswer{200, "1", {}} : error;
    };
    world.start();
    world.run_for(960'000);
    EXPECT_THAT(world.log(), ElementsAre("Grapes do not announce a service")) << error.body;
    EXPECT_EQ(world.client.counts().lookups_failed, 0U);
    EXPECT_FALSE(world.client.announced());
    works = true;
    world.run_for(120'000);
    EXPECT_THAT(world.log(), ElementsAre("Grapes do not announce a service",
                                         "Grapes announce all services again"));
    EXPECT_TRUE(world.client.announced());
  }
}

TEST(GrapeClient, OneGrapeThatAnnouncesIsEnough) {
  World world({{local_grape(1), local_grape(2)}, {{"one", 1}}, {"one"}});
  world.grape = [&](const HttpCall& call) {
    if (call.to == local_grape(1).api) return HttpAnswer{200, R"("No nodes to query")", {}};
    return HttpAnswer{200, call.path == "/announce" ? "1" : "[]", {}};
  };
  world.start();
  world.run_for(600'000);
  EXPECT_TRUE(world.client.announced());
  EXPECT_THAT(world.lines, IsEmpty());
}

TEST(GrapeClient, RefusedLookupsAreToldOnce) {
  World world({{local_grape(1)}, {}, {"one"}});
  bool works = false;
  world.grape = [&](const HttpCall&) {
    return HttpAnswer{200, works ? "[]" : R"("ERR_GRAPE_LOOKUP")", {}};
  };
  world.start();
  world.run_for(600'000);
  works = true;
  world.run_for(600'000);
  EXPECT_THAT(world.log(), ElementsAre("Grapes do not look up", "Grapes look up again"));
}

TEST(GrapeClient, WithoutLookupsItTellsOfGrapesThatWentToo) {
  World world({{far_grape(1), local_grape(1)}, {{"one", 1}}, {}});
  world.grape = [](const HttpCall&) { return kRefusedConnection; };
  world.start();
  world.run_for(600'000);
  EXPECT_THAT(world.log(), ElementsAre("Grapes cannot be reached"));
}

TEST(GrapeClient, LooksUpFasterWhileHungry) {
  World world({{local_grape(1)}, {{"one", 1}}, {"one"}});
  world.client.set_hungry(true);
  world.start();
  world.run_for(300'000);
  const std::size_t lookups = world.made("/lookup").size();
  EXPECT_GE(lookups, 300U / 6);
  EXPECT_LE(lookups, 300U / 4 + 1);
  EXPECT_LE(world.made("/announce").size(), 11U) << "announcing is no faster";
  world.client.set_hungry(false);
  world.run_for(300'000);
  EXPECT_LE(world.made("/lookup").size() - lookups, 11U);
  world.run_for(10'000);
  world.client.set_hungry(true);
  const std::size_t before = world.made("/lookup").size();
  world.run_for(kHungryMaxMs + 10);
  EXPECT_GT(world.made("/lookup").size(), before) << "it does not wait for the slow one";
}

TEST(GrapeClient, WhileHungryGrapesTakeTurnsSoThatNoneHidesEverybody) {
  World world({{far_grape(1), far_grape(2), far_grape(3)}, {}, {"one"}});
  world.grape = [&](const HttpCall& call) {
    if (call.to == far_grape(1).api) return HttpAnswer{200, "[]", {}};
    if (call.to == far_grape(2).api) return kRefusedConnection;
    return HttpAnswer{200, R"(["192.0.2.1:7"])", {}};
  };
  world.client.set_hungry(true);
  world.start();
  world.run_for(2 * kHungryMaxMs);
  ASSERT_GE(world.found.size(), 2U);
  EXPECT_THAT(world.found[0].endpoints, IsEmpty());
  EXPECT_THAT(world.found[1].endpoints, ElementsAre(Endpoint{"192.0.2.1", 7}));
  EXPECT_THAT(world.lines, IsEmpty()) << "others serve";
  world.client.set_hungry(false);
  world.run_for(kRepeatMaxMs);
  const std::size_t before = world.calls.size();
  world.run_for(600'000);
  std::set<Endpoint> asked;
  for (std::size_t i = before; i < world.calls.size(); ++i) asked.insert(world.calls[i].call.to);
  EXPECT_EQ(asked.size(), 1U) << "who has enough stays with what works";
}

TEST(GrapeClient, NeverAsksTwiceAtOnceForAService) {
  World world({{local_grape(1), far_grape(2)}, {{"one", 1}}, {"one", "two"}});
  world.client.set_hungry(true);
  world.latency_us = 7'900'000;
  world.start();
  for (int i = 0; i < 600; ++i) {
    world.run_for(1'000);
    Outputs out;
    world.client.tick(world.now(), out);
    EXPECT_THAT(out, IsEmpty()) << "only at its deadlines";
    std::multiset<std::string> arguments;
    for (const auto& [due, call] : world.pending) {
      arguments.insert(call.path + call.body.substr(call.body.find("data")));
    }
    EXPECT_LE(arguments.size(), 3U);
    for (const std::string& argument : arguments) EXPECT_EQ(arguments.count(argument), 1U);
  }
}

TEST(GrapeClient, OtherCallsAreNotItsOwnAndEachIsAnsweredOnce) {
  World world({{local_grape(1)}, {}, {"one"}});
  EXPECT_EQ(world.numbers.next(), 1U) << "someone else's";
  world.start();
  Outputs out;
  EXPECT_FALSE(world.client.answered(1, {200, "[]", {}}, world.now(), out));
  const std::uint64_t own = world.calls[0].call.call;
  EXPECT_TRUE(world.client.answered(own, {200, "[]", {}}, world.now(), out));
  EXPECT_FALSE(world.client.answered(own, {200, "[]", {}}, world.now(), out));
  EXPECT_EQ(out.size(), 1U);
}

TEST(GrapeClient, ForeignLoopbackAddressesAreLeftOut) {
  const std::string body = R"(["127.0.0.1:1337","10.0.0.1:5","192.0.2.1:7","192.0.2.1:7"])";
  const auto found_from = [&](const Grape& grape) {
    World world({{grape}, {}, {"one"}});
    world.grape = [&](const HttpCall&) { return HttpAnswer{200, body, {}}; };
    world.start();
    world.run_for(10);
    return world.found.at(0).endpoints;
  };
  const Endpoint loopback{"127.0.0.1", 1337};
  const Endpoint near{"10.0.0.1", 5};
  const Endpoint open{"192.0.2.1", 7};
  EXPECT_THAT(found_from(local_grape(1)), ElementsAre(loopback, near, open));
  EXPECT_THAT(found_from({{"10.0.0.9", 30001}, false}), ElementsAre(near, open));
  EXPECT_THAT(found_from({{"10.0.0.9", 30001}, true}), ElementsAre(loopback, near, open));
  EXPECT_THAT(found_from(far_grape(1)), ElementsAre(open));
}

TEST(GrapeClient, StopsAndStartsAgain) {
  World world({{local_grape(1)}, {{"one", 1}}, {"one"}});
  world.start();
  world.client.stop();
  EXPECT_EQ(world.client.next_deadline_us(), kNever);
  world.run_for(600'000);
  EXPECT_EQ(world.calls.size(), 2U);
  EXPECT_THAT(world.found, IsEmpty()) << "late answers are swallowed";
  world.start();
  world.run_for(10);
  EXPECT_EQ(world.calls.size(), 4U);
  EXPECT_EQ(world.found.size(), 1U);
}

TEST(GrapeClient, WithoutGrapesItIsIdle) {
  World world({{}, {{"one", 1}}, {"one"}});
  world.start();
  EXPECT_EQ(world.client.next_deadline_us(), kNever);
  EXPECT_THAT(world.calls, IsEmpty());
}

}  // namespace
}  // namespace syrah::grenache
