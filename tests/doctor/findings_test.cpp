#include "doctor/findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syrah::doctor {
namespace {

using testing::HasSubstr;

Machine well() {
  Machine machine;
  machine.mode = "pure";
  machine.ports = {{"P2P_PORT", "0.0.0.0:3000", ""}, {"API_PORT", "127.0.0.1:8080", ""}};
  machine.disk = {"./data",
                  true,
                  "",
                  "",
                  std::int64_t{1} << 40,
                  900,
                  {{"./data/node-key.json", true, 0600, ""}}};
  machine.clock = ClockState::kSynchronized;
  machine.descriptors_max = 1'000'000;
  machine.peers_max = 50;
  return machine;
}

NodeReport away() {
  NodeReport node;
  node.api = "http://127.0.0.1:8080";
  node.trouble = "no node answers";
  return node;
}

NodeReport running() {
  NodeReport node;
  node.api = "http://127.0.0.1:8080";
  node.name = "alice";
  node.state = "running";
  node.clock_ahead_ms = 3;
  node.peers = {{"bob", 12}};
  return node;
}

/// The findings of a level as "check: what".
std::string those(const std::vector<Finding>& findings, Level level) {
  std::string out;
  for (const Finding& finding : findings) {
    if (finding.level != level) continue;
    out += finding.check + ": " + finding.what + "\n";
    EXPECT_EQ(finding.advice.empty(), level == Level::kGood) << finding.what;
  }
  return out;
}

TEST(Doctor, AMachineThatIsWellIsSaidToBe) {
  const auto before = examine(well(), away(), {});
  EXPECT_TRUE(all_well(before)) << those(before, Level::kWrong);
  EXPECT_THAT(those(before, Level::kGood), HasSubstr("ports: 0.0.0.0:3000 (P2P_PORT) is free"));
  Machine machine = well();
  machine.disk.held_by = "process 7";
  const auto with_node = examine(machine, running(), {});
  EXPECT_EQ(those(with_node, Level::kWrong), "");
  EXPECT_EQ(those(with_node, Level::kNote), "");
  EXPECT_THAT(those(with_node, Level::kGood), HasSubstr("node: alice is running"));
}

struct Case {
  const char* name;
  std::function<void(Machine&, NodeReport&)> spoil;
  std::string what;
};

std::vector<Case> cases() {
  return {
      {"variable",
       [](Machine& m, NodeReport&) { m.config_errors = {"P2P_PORT=x: allowed is a number"}; },
       "configuration: P2P_PORT=x"},
      {"descriptors", [](Machine& m, NodeReport&) { m.descriptors_max = 64; },
       "configuration: a process may have 64 open files"},
      {"port",
       [](Machine& m, NodeReport&) {
         m.ports[0].trouble = "cannot listen on 0.0.0.0:3000: another program uses this port";
       },
       "ports: cannot listen"},
      {"folder", [](Machine& m, NodeReport&) { m.disk.trouble = "cannot write to ./data"; },
       "disk: cannot write"},
      {"space", [](Machine& m, NodeReport&) { m.disk.free_bytes = 5 << 20; },
       "disk: 5 MiB are free"},
      {"mode", [](Machine& m, NodeReport&) { m.disk.keys[0].mode = 0644; },
       "keys: others than its owner may use ./data/node-key.json (mode 644)"},
      {"key", [](Machine& m, NodeReport&) { m.disk.keys[0].trouble = "cannot read it"; },
       "keys: cannot read it"},
      {"bootstrap",
       [](Machine& m, NodeReport&) {
         m.bootstrap = {{"10.0.0.1:3000", "connection refused"}};
       },
       "peers: 10.0.0.1:3000: connection refused"},
      {"grapes of legacy mode",
       [](Machine& m, NodeReport&) {
         m.mode = "legacy";
         m.grapes = {{"http://127.0.0.1:30001", "connection refused"}};
       },
       "grapes: http://127.0.0.1:30001"},
      {"elsewhere", [](Machine& m, NodeReport&) { m.disk.held_by = "process 7"; },
       "node: process 7 holds ./data, but no node answers"},
      {"no node", [](Machine&, NodeReport& n) { n.refused = true; }, "node: no node answers"},
      {"stopping",
       [](Machine&, NodeReport& n) {
         n = running();
         n.state = "stopping";
       },
       "node: alice is stopping"},
      {"fork",
       [](Machine&, NodeReport& n) {
         n = running();
         n.feeds_forked = {"01234567"};
       },
       "node: the home 01234567 wrote two histories"},
      {"another key",
       [](Machine&, NodeReport& n) {
         n = running();
         n.key_trouble = "no such key";
       },
       "node: no such key"},
      {"clock of the node",
       [](Machine&, NodeReport& n) {
         n = running();
         n.clock_ahead_ms = -4200;
       },
       "clock: the node's (alice) is 4.2 s behind"},
      {"clock of the peers",
       [](Machine&, NodeReport& n) {
         n = running();
         n.peers = {{"a", 5000}, {"b", 5100}, {"c", 0}};
       },
       "clock: that of its 3 peers is 5.0 s ahead"},
  };
}

TEST(Doctor, WhatIsWrongIsFound) {
  for (const Case& test : cases()) {
    Machine machine = well();
    NodeReport node = away();
    test.spoil(machine, node);
    const auto findings = examine(machine, node, {});
    EXPECT_FALSE(all_well(findings)) << test.name;
    EXPECT_THAT(those(findings, Level::kWrong), HasSubstr(test.what)) << test.name;
  }
}

TEST(Doctor, WhatIsOnlyWorthKnowingIsNotWrong) {
  Machine machine = well();
  machine.config_warnings = {"P2P_PROT is not a variable"};
  machine.env_file_beside = ".env";
  machine.disk.sync_us = 90'000;
  machine.disk.free_bytes = std::int64_t{300} << 20;
  machine.clock = ClockState::kFree;
  machine.grapes = {{"http://127.0.0.1:30001", "connection refused"}};
  machine.looks_for_peers = false;
  NodeReport node = running();
  node.peers = {{"a", 9000}, {"b", 1}, {"c", 2}};  // one that is wrong does not make ours wrong
  node.feeds_silent = {"89abcdef"};
  const auto findings = examine(machine, node, OutsideClock{"http://t", "http://t: refused", 0});
  EXPECT_TRUE(all_well(findings)) << those(findings, Level::kWrong);
  const std::string notes = those(findings, Level::kNote);
  for (const char* part : {"P2P_PROT", ".env", "90.00 ms", "300 MiB", "no time service", "30001",
                           "89abcdef", "http://t"}) {
    EXPECT_THAT(notes, HasSubstr(part));
  }
}

TEST(Doctor, ANodeThatCannotFindAnybodyIsTold) {
  Machine machine = well();
  machine.looks_for_peers = false;
  EXPECT_THAT(those(examine(machine, away(), {}), Level::kNote),
              HasSubstr("nothing says where peers are"));
  NodeReport node = running();
  node.peers.clear();
  EXPECT_THAT(those(examine(well(), node, {}), Level::kNote), HasSubstr("connected with nobody"));
}

TEST(Doctor, AClockThatTheUserNamedCounts) {
  EXPECT_FALSE(all_well(examine(well(), away(), OutsideClock{"http://t", "", 40})));
  EXPECT_TRUE(all_well(examine(well(), away(), OutsideClock{"http://t", "", 1})));
}

}  // namespace
}  // namespace syrah::doctor
