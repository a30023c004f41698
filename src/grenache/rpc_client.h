#pragma once

// RPC calls to other peers: one message to several at once (`map`), each with a result of its own.
// A peer that does not answer, or answers nonsense, hurts no other.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/endpoint.h"
#include "base/result.h"
#include "grenache/io.h"

namespace syrah::grenache {

/// What one peer answered.
struct RpcAnswer {
  std::uint64_t map = 0;
  base::Endpoint peer;
  base::Result<std::string> result;  ///< JSON, or why there is none
  std::size_t missing = 0;           ///< peers of the same map that have not answered yet
};

class RpcClient {
 public:
  /// `numbers` must outlive this object. Calls of two runs of a node differ if the seeds do.
  RpcClient(CallNumbers& numbers, std::uint64_t seed) : numbers_(numbers), seed_(seed) {}

  /// Calls all peers in parallel and gives the map's number, which is never 0. `payload` is JSON.
  std::uint64_t map(std::string_view service, std::string_view payload,
                    const std::vector<base::Endpoint>& peers, std::int64_t timeout_ms,
                    Outputs& out);
  /// Nothing if the call was not made here. Each peer of a map answers exactly once, since the edge
  /// answers each call: late ones as errors.
  std::optional<RpcAnswer> answered(std::uint64_t call, const HttpAnswer& answer);

  /// Calls without an answer.
  [[nodiscard]] std::size_t under_way() const { return calls_.size(); }

 private:
  struct Call {
    std::uint64_t map = 0;
    base::Endpoint peer;
    std::string rid;
  };

  CallNumbers& numbers_;
  std::uint64_t seed_;
  std::uint64_t maps_ = 0;
  std::map<std::uint64_t, Call> calls_;
  std::map<std::uint64_t, std::size_t> missing_;  ///< by map
};

}  // namespace syrah::grenache
