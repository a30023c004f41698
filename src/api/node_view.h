#pragma once

// What the API can tell of the node around the exchange, as plain values that the node fills in.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace syrah::api {

struct FeedLine {
  std::string home;         ///< id's text
  std::int64_t seq = 0;     ///< folded here
  std::int64_t newest = 0;  ///< newest heard of
  std::string state;        ///< own, live, silent, gone, forked
  std::int64_t heard_ms_ago = -1;
  std::string hash;          ///< chain hash after `seq`, hexadecimal
  std::int64_t time_ms = 0;  ///< when its home signed that; 0: nothing signed yet
};

/// How entries of a feed came here.
struct ArrivalLine {
  std::string how;  ///< here, peer, snapshot, journal (before the last start), forgotten
  /// With peer and snapshot:
  std::string peer;   ///< id; empty: not known
  std::string route;  ///< direct, grenache
  std::int64_t first = 0, last = 0;
  std::int64_t made_ms = 0;  ///< the last of them, by the clock of its home
  std::int64_t arrived_wall_us = 0;
};

struct PeerLine {
  std::string id;  ///< empty for basic peers
  std::string name;
  std::string address;
  std::string direction;  ///< in, out
  std::string dialect;    ///< full, basic
  std::string source;     ///< how it was found: bootstrap, stored, mdns, grenache, exchange, ...
  std::string route;      ///< direct, grenache
  std::string software;
  std::int64_t connected_s = 0;
  std::int64_t heard_ms_ago = 0;
  std::int64_t round_trip_us = -1;
  std::optional<std::int64_t> clock_ahead_ms = {};  ///< of ours; nothing: not known yet
  std::int64_t messages_in = 0, messages_out = 0, bytes_in = 0, bytes_out = 0;
};

/// What became of the addresses that one source of peers gave.
struct SourceLine {
  std::string name;
  std::int64_t found = 0, tried = 0, connected = 0, failed = 0;
  std::int64_t first_connection_ms = -1;  ///< from the node's start; -1: none yet
};

/// A name and a number, as the node counts them.
struct CountLine {
  std::string name;
  std::int64_t count = 0;
};

struct NodeView {
  std::string id;
  std::string name;
  std::string version;
  std::string mode;  ///< pure, hybrid, legacy
  std::string network;
  std::string state;  ///< starting, running, stopping
  std::int64_t uptime_s = 0;
  std::vector<FeedLine> feeds;
  std::vector<PeerLine> peers;
  std::vector<SourceLine> sources;
  std::vector<std::pair<std::string, std::string>> names;  ///< and the ids they belong to
  std::vector<CountLine> routes;                           ///< messages by the way they went
  std::vector<CountLine> grenache;                         ///< empty where Grenache is not used
};

}  // namespace syrah::api
