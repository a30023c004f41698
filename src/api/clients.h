#pragma once

// What a node knows of its clients: their keys, how often they ask, and what they promised.

#include <string>

#include "api/cancel_after.h"
#include "api/http.h"
#include "api/key_ring.h"
#include "api/rate_limits.h"

namespace syrah::api {

struct Clients {
  KeyRing keys;
  KeySource source;
  RateLimits rates;
  CancelAfter cancel_after;

  /// What is to be kept of it: everything but the first key, which has a file of its own.
  [[nodiscard]] KeyRecords records() const;
};

/// A change of keys or switches that is made already and must be on the disk before the client
/// hears of it.
struct KeyChange {
  std::string created = {};  ///< this key is new
  std::string set = {};      ///< the switch of this key is on now
};

/// The change could not be kept: what gave somebody something is undone, what took it away stays.
HttpResponse take_back(const KeyChange& change, Clients& clients);

}  // namespace syrah::api
