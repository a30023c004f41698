#pragma once

// Dead man's switches: who sets one promises to be heard again in time, or to keep a connection
// open. When the promise is broken, the open orders of this node that were placed with the key are
// to be cancelled. A switch of a key that is revoked stays on.
//
// That a switch is on is kept on the disk, when it is due is not: renewing one costs no write, and
// a node that stopped for whatever reason cancels the orders when it starts again, as nobody could
// be heard meanwhile.

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/key_records.h"
#include "base/time.h"

namespace syrah::api {

class CancelAfter {
 public:
  /// Sets or renews the switch of a key. True if it was off: that it is on must be kept.
  bool set(const SwitchRecord& who, std::int64_t seconds, base::Time now);
  /// True if it was on.
  bool end(const std::string& key);
  /// When the switch of the key is due; nothing if it is off.
  [[nodiscard]] std::optional<base::Time> due(const std::string& key) const;

  /// The orders are to be cancelled when this connection ends. True if that is new, and must be
  /// kept. The number is the caller's own, and not used again.
  bool watch(std::uint64_t connection, const SwitchRecord& who);
  /// Who asked for that; the watch is over.
  std::optional<SwitchRecord> connection_ended(std::uint64_t connection);

  /// Those that are due by now, which are off then.
  std::vector<SwitchRecord> expire(base::Time now);
  /// On the steady clock; INT64_MAX if no switch is on.
  [[nodiscard]] std::int64_t next_deadline_us() const;

  /// All that are on, each once.
  [[nodiscard]] std::vector<SwitchRecord> records() const;

 private:
  struct Switch {
    std::string account;
    base::Time due;
  };

  std::map<std::string, Switch> switches_;  ///< by key, of which there are few
  std::map<std::uint64_t, SwitchRecord> watches_;
};

}  // namespace syrah::api
