#include "node/node.h"

#include <algorithm>
#include <utility>

#include "node/parts.h"
#include "node/recovery.h"
#include "node/step.h"

namespace syrah::node {

Node::Parts::Parts(Config given, std::uint64_t last_transaction, base::Time now)
    : config(std::move(given)),
      exchange(
          {config.identity.id(), config.instruments, config.random_seed, config.planted.exchange}),
      feed(config.identity),
      sync(config.identity.id(), config.random_seed + 1),
      peers(config.p2p, config.identity, config.random_seed + 2),
      outbox(last_transaction, config.planted.send_before_durable),
      clients{api::KeyRing(config.api_keys),
              api::KeySource(config.api_randomness),
              api::RateLimits(config.api_rates),
              {}},
      streams(config.instruments, config.identity.id(), now.wall_us),
      basic(config.p2p.basic_peers, config.p2p.node_name, config.instruments) {
  if (!config.grenache) return;
  grenache.emplace(*config.grenache, config.identity.id(), config.p2p.network,
                   config.p2p.p2p_enabled ? config.p2p.listen_port : std::uint16_t{0},
                   config.random_seed + 3, [this](const std::string& legacy_name) {
                     const std::vector<base::NodeId> homes = exchange.homes();
                     return std::any_of(homes.begin(), homes.end(), [&](const base::NodeId& id) {
                       return p2p::legacy_name(id) == legacy_name;
                     });
                   });
}

Node::Node(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Node::~Node() = default;

base::Result<std::unique_ptr<Node>> Node::start(Config config, const Recovered& recovered,
                                                const std::string& peers_file, base::Time now,
                                                Effects& effects) {
  auto parts = std::make_unique<Parts>(std::move(config), recovered.last_transaction, now);
  if (base::Status done = recover(*parts, recovered, now, effects); !done) {
    return done.error();
  }
  for (const RecentCandles& recent : recovered.candles) {
    parts->streams.restore(recent.instrument, recent.minutes, recent.hours);
  }
  for (const base::NodeId& home : parts->exchange.homes()) {
    parts->provenance.restored(home, parts->exchange.home(home)->seq());
  }
  if (const base::Status loaded = parts->peers.load_peers(peers_file); !loaded) {
    effects.emplace_back(Log{{base::LogLevel::kWarning,
                              "peers file is damaged: going on without it",
                              {{"reason", loaded.error().message}}}});
  }
  parts->knows_peers = !parts->config.p2p.bootstrap.empty() || !peers_file.empty();
  std::unique_ptr<Node> node(new Node(std::move(parts)));
  Step(*node->parts_, now, effects).begin();
  return node;
}

void Node::step(Input input, base::Time now, Effects& effects) {
  Step(*parts_, now, effects).take(std::move(input));
}

std::int64_t Node::next_deadline_us() const {
  const Parts& parts = *parts_;
  std::int64_t deadline = std::min(parts.peers.next_deadline_us(), parts.sync.next_deadline_us());
  deadline = std::min(deadline, parts.basic.next_deadline_us());
  if (parts.grenache) deadline = std::min(deadline, parts.grenache->next_deadline_us());
  deadline = std::min(deadline, parts.next_beat_us());
  deadline = std::min(deadline, parts.streams.next_deadline_us());
  if (parts.phase == Phase::kAsking) {
    deadline = std::min(deadline, parts.started_us + kAskPeersMs * base::kUsPerMs);
  } else if (parts.phase == Phase::kRunning) {
    deadline = std::min(deadline, parts.exchange.next_deadline_us());
    deadline = std::min(deadline, parts.clients.cancel_after.next_deadline_us());
  }
  return deadline;
}

std::int64_t Node::Parts::next_beat_us() const {
  const bool in_doubt =
      phase == Phase::kRunning && !exchange.home(exchange.self())->holds().empty();
  return last_beat_us + (in_doubt ? kBeatInDoubtMs : kBeatMs) * base::kUsPerMs;
}

}  // namespace syrah::node
