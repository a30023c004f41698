#pragma once

// Reads the peer-to-peer bytes that leave a host inside of RPC calls and replies, each once and in
// order, for those who look on.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "grenache/io.h"
#include "p2p/connection_id.h"

namespace syrah::sim {

class TunnelTap {
 public:
  struct Chunk {
    p2p::ConnectionId connection = 0;  ///< one for each tunnel and direction
    std::string bytes;
  };

  std::vector<Chunk> called(const grenache::HttpCall& call);
  /// A request came, whose reply may carry bytes.
  void requested(std::uint64_t request, const std::string& body);
  std::vector<Chunk> replied(const grenache::RpcReply& reply);

 private:
  struct Stream {
    p2p::ConnectionId connection = 0;
    std::uint64_t next = 0;
    std::map<std::uint64_t, std::string> early;
  };

  std::vector<Chunk> take(const std::string& tunnel, std::uint64_t number, std::string bytes);

  std::map<std::string, Stream> streams_;
  std::map<std::uint64_t, std::pair<std::string, std::uint64_t>> requests_;  ///< tunnel, number
  std::uint64_t made_ = 0;
};

}  // namespace syrah::sim
