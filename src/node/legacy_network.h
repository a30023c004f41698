#pragma once

// The old nodes that can be reached by Grenache RPC only: which addresses are theirs, what they are
// told and what they tell. They keep no sessions and answer nothing but "processed": each order is
// told once, when it is new, since they would count it again whenever they hear of it; a cancel
// they do not know.
//
// Syrah nodes announce themselves under the same name. They are told everything by feeds and shall
// not hear it twice, so their addresses are left out: those known from their own service name, and
// those whose answer gives them away.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/random.h"
#include "base/time.h"
#include "grenache/io.h"
#include "grenache/rpc_client.h"
#include "p2p/legacy_message.h"

namespace syrah::node {

/// For people.
struct LegacyCounts {
  std::size_t addresses = 0;  ///< of old nodes, as far as known
  std::uint64_t told = 0;     ///< messages times nodes that answered
  std::uint64_t failed = 0;   ///< messages times nodes that did not
  std::uint64_t expired = 0;  ///< messages for which there was nobody in time
  std::uint64_t heard = 0;
};

class LegacyNetwork {
 public:
  /// `is_home`: whether a legacy name is that of a Syrah node whose feed is known here.
  using IsHome = std::function<bool(const std::string& legacy_name)>;
  LegacyNetwork(const base::NodeId& self, grenache::CallNumbers& numbers, std::uint64_t seed,
                IsHome is_home);

  /// Addresses of everybody under the old name, and of those that are Syrah nodes.
  void found_all(const std::vector<base::Endpoint>& endpoints, base::Time now,
                 grenache::Outputs& out);
  void found_syrah(const std::vector<base::Endpoint>& endpoints);

  /// Tells an order, once, or a trade; other messages are unknown there. What they would not accept
  /// is a log line.
  void tell(const p2p::MessageBody& body, base::Time now, grenache::Outputs& out);
  /// False if the call is not one made here.
  bool answered(std::uint64_t call, const grenache::HttpAnswer& answer, base::Time now,
                grenache::Outputs& out);

  struct Hearing {
    std::string result;                   ///< JSON, for the reply
    std::optional<p2p::Message> message;  ///< nothing: not for us, or already known by feeds
  };
  /// The payload of a request. An error: what is wrong with it.
  base::Result<Hearing> hear(const std::string& payload);

  void tick(base::Time now, grenache::Outputs& out);
  [[nodiscard]] std::int64_t next_deadline_us() const;
  [[nodiscard]] LegacyCounts counts() const;

 private:
  struct Waiting {
    std::string payload;
    std::int64_t until_us = 0;
  };

  [[nodiscard]] std::vector<base::Endpoint> addresses(base::Time now);
  void send(const std::string& payload, const std::vector<base::Endpoint>& known,
            grenache::Outputs& out);
  void shun(const base::Endpoint& peer, base::Time now);

  p2p::LegacyWriter writer_;
  base::Random random_;
  grenache::RpcClient rpc_;
  IsHome is_home_;
  std::set<base::Endpoint> all_;
  std::set<base::Endpoint> syrah_;
  std::map<base::Endpoint, std::int64_t> shunned_;  ///< until when
  std::set<std::string> told_orders_;
  std::deque<Waiting> queue_;
  bool unheard_ = false;  ///< the last message reached nobody
  LegacyCounts counts_;
};

}  // namespace syrah::node
