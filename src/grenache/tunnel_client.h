#pragma once

// The dialling ends of tunnels: peer-to-peer connections in RPC calls to a node that can be
// reached. Each call carries bytes there and its reply bytes back; calls are numbered, so that one
// can be repeated until it is answered and both streams arrive whole and in order, or end.
//
// Of each tunnel two numbers at most are under way. One waits at the other side until that has
// bytes; where a second one comes, the first is answered at once. So an idle tunnel costs a call in
// 20 s, and bytes of either side need not wait for a call.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/random.h"
#include "base/time.h"
#include "grenache/io.h"
#include "grenache/tunnel_message.h"

namespace syrah::grenache {

class TunnelClient {
 public:
  /// `service` is the RPC key under which the other sides serve tunnels. `seed` must be secret: the
  /// names of tunnels follow from it.
  TunnelClient(std::string service, CallNumbers& numbers, std::uint64_t seed);

  /// Opens a tunnel to the RPC server `to` under an id that was not used before: TunnelOpened, and
  /// TunnelClosed once later; or TunnelFailed and nothing else.
  void dial(std::uint64_t connection, const base::Endpoint& to, base::Time now, Outputs& out);
  /// Whether this is a tunnel of this class, until its end was told.
  [[nodiscard]] bool has(std::uint64_t connection) const { return tunnels_.contains(connection); }
  /// TunnelSent tells when bytes were given to a call: no more are than two calls carry until the
  /// other side answers. More than 4 MiB waiting close the tunnel. Ignored once it is closing.
  void send(std::uint64_t connection, std::string_view bytes, base::Time now, Outputs& out);
  /// What was sent before has a second to leave; nothing more is received.
  void close(std::uint64_t connection, base::Time now, Outputs& out);
  void close_all(base::Time now, Outputs& out);

  /// False if the call was not made here. Calls of tunnels that are gone are known until answered.
  bool answered(std::uint64_t call, const HttpAnswer& answer, base::Time now, Outputs& out);
  void tick(base::Time now, Outputs& out);
  [[nodiscard]] std::int64_t next_deadline_us() const;

 private:
  /// A number that is under way, or answered before its predecessor.
  struct Pending {
    std::uint64_t number = 0;
    std::string body;
    int under_way = 0;  ///< calls that carry it
    int failures = 0;
    std::int64_t called_us = 0;
    std::int64_t repeat_us = INT64_MAX;  ///< once all of its calls have failed
    bool closing = false;
    std::optional<TunnelReply> reply;
  };
  struct Tunnel {
    base::Endpoint to;
    std::string name;
    std::uint64_t next = 0;
    std::deque<Pending> pending;
    std::string waiting;    ///< bytes for the other side
    bool opened = false;    ///< number 0 was answered
    bool reported = false;  ///< TunnelOpened was told
    bool closing = false;
    bool close_said = false;
    std::string why_closing;
    std::int64_t linger_us = INT64_MAX;   ///< of a closing one: its end
    std::int64_t trouble_us = INT64_MAX;  ///< since when an answer is due or a call fails
    std::int64_t poll_us = 0;             ///< not before is a call made that carries nothing
    std::string trouble;                  ///< of the last call that failed
  };
  using Tunnels = std::map<std::uint64_t, Tunnel>;
  struct Answer;

  [[nodiscard]] Answer read(const Tunnel& tunnel, std::uint64_t number,
                            const HttpAnswer& answer) const;
  void repeat_later(Tunnel& tunnel, Pending& pending, std::string reason, base::Time now);
  bool deliver(Tunnels::iterator of, base::Time now, Outputs& out);
  void advance(Tunnels::iterator of, base::Time now, Outputs& out);
  void begin_close(Tunnels::iterator of, std::string why, base::Time now, Outputs& out);
  void ask(Tunnels::iterator of, base::Time now, Outputs& out);
  void call(Tunnels::iterator of, Pending& pending, base::Time now, Outputs& out);
  void tick(Tunnels::iterator of, base::Time now, Outputs& out);
  void end(Tunnels::iterator of, std::string reason, Outputs& out);
  [[nodiscard]] static bool answer_is_due(const Tunnel& tunnel);
  [[nodiscard]] static std::int64_t repeat_us(const Tunnel& tunnel, const Pending& pending);
  [[nodiscard]] static std::int64_t deadline_us(const Tunnel& tunnel);
  [[nodiscard]] static bool polls(const Tunnel& tunnel);
  [[nodiscard]] std::string new_name();

  std::string service_;
  CallNumbers& numbers_;
  std::uint64_t seed_;
  base::Random random_;
  std::uint64_t names_ = 0;
  Tunnels tunnels_;
  /// Calls that are not answered: their tunnel and their number in it.
  std::map<std::uint64_t, std::pair<std::uint64_t, std::uint64_t>> calls_;
};

}  // namespace syrah::grenache
