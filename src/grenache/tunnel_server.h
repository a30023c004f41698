#pragma once

// The answering ends of tunnels (tunnel_client.h): takes the numbered requests of each in order,
// gives out bytes with the replies. It holds one request of each tunnel, the newest, until there
// are bytes or 20 s have passed; and one that came before its predecessor. The last replies are
// remembered, so that a request that is repeated gets the same one.
//
// Anybody may send requests. All that is kept for them is bounded (rpc_limits.h).

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"
#include "grenache/io.h"
#include "grenache/rpc_message.h"
#include "grenache/tunnel_message.h"

namespace syrah::grenache {

class TunnelServer {
 public:
  /// `service` is the RPC key of tunnels; requests with another are refused.
  explicit TunnelServer(std::string service) : service_(std::move(service)) {}

  /// Each request is answered by one RpcReply, now or within 20 s. A new tunnel is told by
  /// TunnelOpened, its connection odd and from 2^62 + 1 on, its remote with port 0.
  void request(std::uint64_t request, const RpcRequest& rpc, const std::string& remote_host,
               base::Time now, Outputs& out);

  /// Whether this is a tunnel of this class, until TunnelClosed was told.
  [[nodiscard]] bool has(std::uint64_t connection) const { return names_.contains(connection); }
  /// TunnelSent tells when bytes were given to a reply: the next leave when the dialling side has
  /// it and asks again. More than 4 MiB waiting close the tunnel. Ignored once it is closing.
  void send(std::uint64_t connection, std::string_view bytes, base::Time now, Outputs& out);
  /// What was sent before has a second to leave; nothing more is received.
  void close(std::uint64_t connection, base::Time now, Outputs& out);
  void close_all(base::Time now, Outputs& out);

  void tick(base::Time now, Outputs& out);
  [[nodiscard]] std::int64_t next_deadline_us() const;

 private:
  /// Whom to answer.
  struct Asker {
    std::uint64_t request = 0;
    std::string rid;
  };
  struct Held {
    Asker asker;
    std::uint64_t number = 0;
    std::int64_t until_us = 0;
  };
  struct Early {
    Asker asker;
    TunnelRequest message;
    std::int64_t until_us = 0;
  };
  struct Given {
    std::uint64_t number = 0;
    TunnelReply reply;
  };
  enum class State : std::uint8_t {
    kOpen,
    kClosing,  ///< closed here, bytes may still leave
    kOver,     ///< only its last replies are remembered
  };
  struct Tunnel {
    std::uint64_t connection = 0;
    State state = State::kOpen;
    std::uint64_t next = 0;  ///< number of the next request to take
    std::optional<Held> held;
    std::optional<Early> early;
    std::deque<Given> given;            ///< the last replies
    std::string waiting;                ///< bytes for the other side
    std::string reason;                 ///< why it is over, for the other side
    std::int64_t until_us = INT64_MAX;  ///< end of the silence, of the linger, of the memory
  };
  using Tunnels = std::map<std::string, Tunnel>;
  struct Opening {
    std::int64_t when_us = 0;
    std::string host;
  };

  void open(const Asker& asker, TunnelRequest message, const std::string& remote_host,
            base::Time now, Outputs& out);
  std::optional<std::string> why_not_open(const std::string& remote_host, base::Time now);
  bool make_room();
  void take(Tunnel& tunnel, const Asker& asker, TunnelRequest message, base::Time now,
            Outputs& out);
  void accept(Tunnel& tunnel, const Asker& asker, TunnelRequest message, base::Time now,
              Outputs& out);
  void repeat(Tunnel& tunnel, const Asker& asker, std::uint64_t number, base::Time now,
              Outputs& out);
  void give(Tunnel& tunnel, base::Time now, Outputs& out);
  void end(Tunnel& tunnel, std::string reason, std::string reason_for_other, base::Time now,
           Outputs& out);
  bool tick(Tunnel& tunnel, base::Time now, Outputs& out);
  Tunnel* find(std::uint64_t connection);
  [[nodiscard]] static std::int64_t deadline_us(const Tunnel& tunnel);

  std::string service_;
  Tunnels tunnels_;                             ///< by name
  std::map<std::uint64_t, std::string> names_;  ///< of those that are not over, by connection
  std::deque<Opening> openings_;                ///< of the last seconds, oldest first
  std::uint64_t opened_ = 0;
};

}  // namespace syrah::grenache
