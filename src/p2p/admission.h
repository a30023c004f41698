#pragma once

// Who may connect: how many in all, how many that have not said who they are, how many from one
// place, how fast. Loopback and private addresses are exempt from what goes by place: whole
// networks of one's own nodes live there.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/token_bucket.h"
#include "p2p/refusal.h"

namespace syrah::p2p {

class Admission {
 public:
  /// Counts a connection from `host` in, or says why not.
  std::optional<Refusal> admit(const std::string& host, std::int64_t now_us);
  /// The session of a connection that was admitted is open.
  void authenticated();
  /// A connection that was admitted is gone.
  void leave(const std::string& host, bool was_authenticated);

  /// No more may come, from wherever.
  [[nodiscard]] bool full() const;

 private:
  bool take_rate(const std::string& party, std::int64_t now_us);

  std::size_t inbound_ = 0;
  std::size_t unauthenticated_ = 0;
  std::map<std::string, std::size_t> by_party_;
  std::map<std::string, std::size_t> by_neighbourhood_;
  std::map<std::string, base::TokenBucket> rates_;
};

}  // namespace syrah::p2p
