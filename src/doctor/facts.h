#pragma once

// What was found of a machine on which a node runs or shall run, and of the node, as plain values.
// The edge of the program looks; findings.h judges.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace syrah::doctor {

struct Port {
  std::string variable;  ///< that sets it: P2P_PORT
  std::string address;
  std::string trouble;  ///< why nobody can listen there now; empty: one can
};

/// Something to be reached: a bootstrap peer, a Grape.
struct Reach {
  std::string address;
  std::string trouble;  ///< empty: it answers
};

struct KeyFile {
  std::string path;
  bool exists = false;
  unsigned mode = 0;    ///< permissions, as for chmod
  std::string trouble;  ///< why it cannot be read; empty: it can
};

struct Disk {
  std::string directory;
  bool exists = false;
  std::string trouble;           ///< why it cannot be used
  std::string held_by;           ///< a node that runs: "process 17"; empty: none
  std::int64_t free_bytes = -1;  ///< -1: unknown
  std::int64_t sync_us = -1;     ///< median time of a small durable write; -1: not measured
  std::vector<KeyFile> keys;
};

enum class ClockState : std::uint8_t { kUnknown, kSynchronized, kFree };

struct Machine {
  std::vector<std::string> config_errors;
  std::vector<std::string> config_warnings;
  std::string mode;             ///< pure, hybrid, legacy, alone
  std::string env_file_beside;  ///< a .env that was not looked at; empty: none
  std::vector<Port> ports;
  Disk disk;
  std::vector<Reach> bootstrap;  ///< looked at only while no node runs
  std::vector<Reach> grapes;     ///< empty where Grenache is not used
  bool looks_for_peers = true;   ///< some way of finding peers is on
  ClockState clock = ClockState::kUnknown;
  std::int64_t descriptors_max = -1;
  std::int64_t peers_max = 0;
};

struct PeerReport {
  std::string name;
  std::optional<std::int64_t> clock_ahead_ms;  ///< of the node's
};

/// What the node at the API says.
struct NodeReport {
  std::string api;       ///< its URL
  std::string trouble;   ///< why there is no report; empty: there is one
  bool refused = false;  ///< somebody answers, and it is no node that is well
  std::string name;
  std::string state;
  std::string mode;
  std::optional<std::int64_t> clock_ahead_ms;  ///< of this machine's
  std::vector<PeerReport> peers;
  std::vector<std::string> feeds_silent;
  std::vector<std::string> feeds_forked;
  std::string key_trouble;  ///< why the key file does not do; empty: it does
};

/// A clock that the user named, if any.
struct OutsideClock {
  std::string url;
  std::string trouble;
  std::int64_t ahead_s = 0;  ///< of this machine's
};

}  // namespace syrah::doctor
