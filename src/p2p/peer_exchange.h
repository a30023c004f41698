#pragma once

// Telling each other of peers. A node tells where peers listen that it is or recently was connected
// with; it tells nobody of addresses that make no sense or should not be known where they are.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/token_bucket.h"
#include "json/value.h"
#include "p2p/limits.h"
#include "p2p/message.h"

namespace syrah::p2p {

/// The `peers` of a message. Entries that are not understood are left out (the basic software is
/// loose here), and what goes beyond the bound.
PeerExchange read_peers(json::Value::Items items);

/// What may be told: the listening addresses of peers, best first.
struct KnownPeer {
  std::string name;
  std::optional<base::NodeId> id;
  Endpoint endpoint;
};

/// Who asks. `listens` is where it listens itself: not told back to it.
struct Asker {
  std::string name;
  std::string host;  ///< as seen from here
  std::optional<Endpoint> listens;
  bool basic = false;
};

PeerExchange answer(const std::vector<KnownPeer>& known, const Asker& asker);

/// Those of the addresses told by someone at `teller_host` that are worth a try.
std::vector<Endpoint> worth_trying(const PeerExchange& told, std::string_view teller_host);

/// One session's turns of asking and answering.
class ExchangeTurns {
 public:
  /// At once after the session opened and then each minute.
  [[nodiscard]] std::int64_t next_question_us() const { return next_question_us_; }
  void asked(std::int64_t now_us);
  /// Whether a question that came now is to be answered; notes that it was.
  bool may_answer(std::int64_t now_us);
  /// Whether an answer that came now was asked for; each question allows one.
  bool expected();
  /// Of unknown addresses that this session may tell.
  base::TokenBucket& allowance() { return allowance_; }

 private:
  std::int64_t next_question_us_ = 0;
  std::int64_t next_answer_us_ = 0;
  bool waiting_ = false;
  base::TokenBucket allowance_{kToldPerKilosecond, kToldBurst};
};

}  // namespace syrah::p2p
