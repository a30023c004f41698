#pragma once

// A network in memory for several PeerManagers and hand-driven peers, in virtual time. Bytes take
// 10 ms, arrive in pieces, and nothing is lost unless a test says so.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "p2p/frame.h"
#include "p2p/peer_manager.h"
#include "p2p/peer_protocol.h"

namespace syrah::tests {

inline crypto::Identity identity_of(std::uint8_t number) {
  crypto::Seed seed{};
  seed.fill(number);
  return crypto::Identity::from_seed(seed);
}

inline p2p::Config config_of(const std::string& name, std::vector<p2p::Endpoint> bootstrap = {}) {
  p2p::Config config;
  config.node_name = name;
  config.bootstrap = std::move(bootstrap);
  return config;
}

class Wire {
 public:
  static constexpr std::int64_t kLatencyUs = 10'000;
  static constexpr std::size_t kPieceBytes = 1'000;

  /// A place with an address. With a manager it lives by itself, without one the test drives it.
  struct Host {
    std::string ip;
    std::uint16_t port = 0;
    std::unique_ptr<p2p::PeerManager> manager;
    std::uint16_t tunnel_port = 0;  ///< where it answers Grenache RPC; 0: it does not
    bool listens = true;
    bool reads = true;  ///< false: bytes towards it neither arrive nor leave the sender
    p2p::ConnectionId next_accepted = 1;
    p2p::ConnectionId next_dialled = 2;  ///< of a hand-driven host
    std::vector<p2p::PeerUp> ups;
    std::vector<p2p::PeerDown> downs;
    std::vector<p2p::PeerMessage> messages;
    std::vector<base::LogLine> lines;
    std::vector<base::Endpoint> dialled;
    std::map<p2p::ConnectionId, std::string> inbox;  ///< bytes at a hand-driven host
    std::map<p2p::ConnectionId, bool> open;

    [[nodiscard]] base::Endpoint endpoint() const { return {ip, port}; }
    [[nodiscard]] base::Endpoint tunnel() const { return {ip, tunnel_port}; }
    [[nodiscard]] std::size_t count_lines(std::string_view message,
                                          std::string_view reason = "") const {
      std::size_t count = 0;
      for (const base::LogLine& line : lines) {
        bool matches = line.message == message;
        bool has_reason = reason.empty();
        for (const auto& [name, value] : line.fields) {
          has_reason |= name == "reason" && value.find(reason) != std::string::npos;
        }
        matches &= has_reason;
        if (matches) ++count;
      }
      return count;
    }
  };

  Wire() { now_ = {1'000'000, 1'700'000'000'000'000}; }

  /// A node with its own address and key. `config.listen_port` is where it listens.
  Host& add(const std::string& ip, std::uint8_t key, p2p::Config config,
            const std::string& peers_file = "") {
    Host& host = add_raw(ip, config.listen_port);
    host.manager = std::make_unique<p2p::PeerManager>(std::move(config), identity_of(key),
                                                      1000U + hosts_.size());
    load_status_ = host.manager->load_peers(peers_file);
    p2p::PeerOutputs out;
    host.manager->start(now_, out);
    carry_out(host, std::move(out));
    return host;
  }

  Host& add_raw(const std::string& ip, std::uint16_t port) {
    hosts_.push_back(std::make_unique<Host>());
    hosts_.back()->ip = ip;
    hosts_.back()->port = port;
    return *hosts_.back();
  }

  /// The node stops without a word, and its connections with it.
  void kill(Host& host) {
    for (const auto& [connection, open] : std::map(host.open)) {
      if (open) close(host, connection);
    }
    host.manager.reset();
    host.listens = false;
  }

  [[nodiscard]] base::Time now() const { return now_; }
  [[nodiscard]] const base::Status& load_status() const { return load_status_; }

  void run_for(std::int64_t ms) {
    const std::int64_t until = now_.steady_us + ms * base::kUsPerMs;
    while (step(until)) {
    }
    advance(until);
  }

  /// Calls into a manager and carries out what it wants.
  void with(Host& host, const std::function<void(p2p::PeerManager&, p2p::PeerOutputs&)>& call) {
    p2p::PeerOutputs out;
    call(*host.manager, out);
    carry_out(host, std::move(out));
  }

  // ---- hand-driven hosts ----
  p2p::ConnectionId dial(Host& from, const base::Endpoint& to) {
    const p2p::ConnectionId connection = from.next_dialled;
    from.next_dialled += 2;
    start_dial(from, connection, to);
    return connection;
  }
  void send_bytes(Host& from, p2p::ConnectionId connection, std::string bytes) {
    send(from, connection, std::move(bytes));
  }
  void say(Host& from, p2p::ConnectionId connection, std::string_view json) {
    send(from, connection, p2p::encode_frame(json));
  }
  void say(Host& from, p2p::ConnectionId connection, const p2p::Message& message) {
    say(from, connection, p2p::encode_message(message));
  }
  /// Texts of the frames that have come since the last call.
  static std::vector<std::string> hear(Host& host, p2p::ConnectionId connection) {
    std::vector<std::string> texts;
    p2p::FrameReader reader(p2p::kFrameBytesBasicMax);
    std::string_view bytes = host.inbox[connection];
    std::size_t used = 0;
    const std::size_t size = bytes.size();
    while (!bytes.empty()) {
      auto text = reader.take(bytes);
      if (!text.ok() || !*text) break;
      texts.emplace_back(**text);
      used = size - bytes.size();
    }
    host.inbox[connection].erase(0, used);
    return texts;
  }
  /// The same as messages; those that cannot be read are left out.
  static std::vector<p2p::Message> hear_messages(Host& host, p2p::ConnectionId connection) {
    std::vector<p2p::Message> messages;
    for (const std::string& text : hear(host, connection)) {
      auto decoded = p2p::decode_message(text);
      if (decoded.ok() && decoded->message) messages.push_back(std::move(*decoded->message));
    }
    return messages;
  }
  void close(Host& host, p2p::ConnectionId connection) {
    if (!host.open[connection]) return;
    host.open[connection] = false;
    const auto [other, other_id] = links_.at({&host, connection});
    after(kLatencyUs, [this, peer = other, id = other_id] {
      if (!peer->open[id]) return;
      peer->open[id] = false;
      if (peer->manager) {
        with(*peer, [&](auto& m, auto& out) { m.closed(id, "closed by the peer", now_, out); });
      }
    });
  }
  /// Dials to hosts that begin so are never answered; others without a host are refused.
  void swallow(std::string prefix) { swallowed_.push_back(std::move(prefix)); }
  /// Bytes between the two ends are lost from now on, in both directions, and nobody is told.
  void mute(Host& host, p2p::ConnectionId connection) { muted_[{&host, connection}] = true; }

 private:
  using End = std::pair<Host*, p2p::ConnectionId>;

  void after(std::int64_t us, std::function<void()> what) {
    events_.emplace(std::pair(now_.steady_us + us, ++event_number_), std::move(what));
  }

  void advance(std::int64_t steady_us) {
    if (steady_us <= now_.steady_us) return;
    now_.wall_us += steady_us - now_.steady_us;
    now_.steady_us = steady_us;
  }

  /// The next thing that happens until then; false if nothing does.
  bool step(std::int64_t until) {
    Host* ticks = nullptr;
    std::int64_t next = until;
    for (const auto& host : hosts_) {
      if (!host->manager || host->manager->next_deadline_us() > next) continue;
      next = host->manager->next_deadline_us();
      ticks = host.get();
    }
    if (!events_.empty() && events_.begin()->first.first <= next) {
      auto what = std::move(events_.begin()->second);
      advance(events_.begin()->first.first);
      events_.erase(events_.begin());
      what();
      return true;
    }
    if (ticks == nullptr) return false;
    advance(next);
    with(*ticks, [&](auto& m, auto& out) { m.tick(now_, out); });
    return true;
  }

  void carry_out(Host& host, p2p::PeerOutputs outputs) {
    for (p2p::PeerOutput& output : outputs) {
      if (auto* dial = std::get_if<p2p::ToDial>(&output)) {
        host.dialled.push_back(dial->remote);
        start_dial(host, dial->connection, dial->remote, dial->route);
      } else if (auto* sent = std::get_if<p2p::ToSend>(&output)) {
        send(host, sent->connection, std::move(sent->bytes));
      } else if (auto* closing = std::get_if<p2p::ToClose>(&output)) {
        close(host, closing->connection);
      } else if (auto* up = std::get_if<p2p::PeerUp>(&output)) {
        host.ups.push_back(std::move(*up));
      } else if (auto* down = std::get_if<p2p::PeerDown>(&output)) {
        host.downs.push_back(std::move(*down));
      } else if (auto* message = std::get_if<p2p::PeerMessage>(&output)) {
        host.messages.push_back(std::move(*message));
      } else if (auto* line = std::get_if<base::LogLine>(&output)) {
        host.lines.push_back(std::move(*line));
      }
    }
  }

  [[nodiscard]] bool is_swallowed(const base::Endpoint& to) const {
    return std::any_of(swallowed_.begin(), swallowed_.end(), [&](const std::string& prefix) {
      return to.host.substr(0, prefix.size()) == prefix;
    });
  }

  void start_dial(Host& from, p2p::ConnectionId connection, const base::Endpoint& to,
                  p2p::Route route = p2p::Route::kDirect) {
    if (is_swallowed(to)) return;
    const bool direct = route == p2p::Route::kDirect;
    after(kLatencyUs, [this, &from, connection, to, route, direct] {
      Host* target = nullptr;
      for (const auto& host : hosts_) {
        const bool there = direct ? host->listens && host->endpoint() == to : host->tunnel() == to;
        if (there && (direct || host->tunnel_port != 0)) target = host.get();
      }
      if (target == nullptr) {
        if (!from.manager) return;
        with(from, [&](auto& m, auto& out) { m.dial_failed(connection, "refused", now_, out); });
        return;
      }
      const p2p::ConnectionId accepted = target->next_accepted;
      target->next_accepted += 2;
      links_[{&from, connection}] = {target, accepted};
      links_[{target, accepted}] = {&from, connection};
      from.open[connection] = target->open[accepted] = true;
      const base::Endpoint seen{from.ip, static_cast<std::uint16_t>(40'000 + connection % 20'000)};
      if (target->manager) {
        with(*target,
             [&](auto& m, auto& out) { m.connected(accepted, seen, false, route, now_, out); });
      }
      if (from.manager) {
        with(from,
             [&](auto& m, auto& out) { m.connected(connection, to, true, route, now_, out); });
      }
    });
  }

  void send(Host& from, p2p::ConnectionId connection, std::string bytes) {
    if (!from.open[connection]) return;
    const End other = links_.at({&from, connection});
    if (!other.first->reads) return;
    const bool lost = muted_.contains({&from, connection}) || muted_.contains(other);
    if (lost) return;
    for (std::size_t at = 0; at < bytes.size(); at += kPieceBytes) {
      after(kLatencyUs, [this, other, piece = bytes.substr(at, kPieceBytes)] {
        Host& host = *other.first;
        if (!host.open[other.second]) return;
        if (!host.manager) {
          host.inbox[other.second] += piece;
          return;
        }
        with(host, [&](auto& m, auto& out) { m.received(other.second, piece, now_, out); });
      });
    }
    if (!from.manager) return;
    after(kLatencyUs, [this, &from, connection, size = bytes.size()] {
      if (!from.manager || !from.open[connection]) return;
      with(from, [&](auto& m, auto& out) { m.sent(connection, size, now_, out); });
    });
  }

  base::Time now_;
  base::Status load_status_ = base::success();
  std::vector<std::unique_ptr<Host>> hosts_;
  std::map<End, End> links_;
  std::map<End, bool> muted_;
  std::vector<std::string> swallowed_;
  std::map<std::pair<std::int64_t, std::uint64_t>, std::function<void()>> events_;
  std::uint64_t event_number_ = 0;
};

}  // namespace syrah::tests
