#pragma once

// The peers file: where peers that worked before can be dialled, and whose names are whose. Text
// in, text out; reading and writing the file is the edge's matter.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "p2p/connection_id.h"
#include "p2p/route.h"

namespace syrah::p2p {

struct StoredPeer {
  Endpoint endpoint;
  std::optional<base::NodeId> id;  ///< absent for basic peers
  std::string name;
  std::string source;                ///< how it was found the first time
  std::int64_t last_success_ms = 0;  ///< wall clock
  std::uint32_t failures = 0;        ///< since then
  Route route = Route::kDirect;
  bool anchor = false;        ///< one of those to be dialled first after a restart
  std::int64_t since_ms = 0;  ///< of the first success

  bool operator==(const StoredPeer&) const = default;
};

/// Someone who broke the rules, by identity or (empty: by id) by the party of its address.
struct StoredDiscouraged {
  std::optional<base::NodeId> id;
  std::string party;
  std::int64_t until_ms = 0;  ///< wall clock

  bool operator==(const StoredDiscouraged&) const = default;
};

struct StoredPeers {
  std::vector<StoredPeer> peers;
  std::map<std::string, base::NodeId> names;
  std::vector<StoredDiscouraged> discouraged = {};

  bool operator==(const StoredPeers&) const = default;
};

class PeerStorage {
 public:
  /// {"version":1,"peers":[...],"names":{...},"discouraged":[...]}, one peer a line, for people to
  /// read.
  static std::string write(const StoredPeers& stored);

  /// The reverse; what older files lack is taken as empty. The error says what is wrong and where:
  /// a damaged file is not used in part.
  static base::Result<StoredPeers> read(const std::string& text);
};

}  // namespace syrah::p2p
