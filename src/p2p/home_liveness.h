#pragma once

// Who is alive. A sign of life is a signed head (or batch) with a newer time than any before from
// that home, whoever relayed it; the local clock at its receipt is what counts. So nobody keeps a
// dead home alive by repeating what it once signed.

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/time.h"

namespace syrah::p2p {

class HomeLiveness {
 public:
  struct Home {
    base::Hlc newest;  ///< of all signs of life ever
    bool met = false;  ///< something newer than at the start was heard
    std::int64_t heard_us = 0;
    std::int64_t heard_wall_us = 0;
    bool silent = true;
    bool gone = false;
  };
  /// A home that fell silent, or is gone.
  struct Change {
    base::NodeId home;
    bool gone = false;
  };

  /// Follows the home from now on: silent until it is heard. `newest`: what is known of its times.
  void add(const base::NodeId& home, base::Hlc newest, base::Time now);
  void remove(const base::NodeId& home);
  /// Never heard again: for homes of which nothing counts any more.
  void bury(const base::NodeId& home);

  /// Whether `time` would be a sign of life.
  [[nodiscard]] bool is_news(const base::NodeId& home, base::Hlc time) const;
  /// Takes a verified sign of life; true if the home was silent. `direct`: from the home itself.
  /// What others tell of a home for the first time may be long past, so it counts only when they
  /// tell of a still newer one.
  bool heard(const base::NodeId& home, base::Hlc time, bool direct, base::Time now);

  /// Those that fell silent or went by now, in order of time.
  std::vector<Change> expire(base::Time now);
  [[nodiscard]] std::int64_t next_deadline_us() const;
  /// Null for a home that is not followed.
  [[nodiscard]] const Home* find(const base::NodeId& home) const;

 private:
  void schedule(const base::NodeId& home, const Home& state);
  void unschedule(const base::NodeId& home, const Home& state);

  std::map<base::NodeId, Home> homes_;
  std::set<std::pair<std::int64_t, base::NodeId>> deadlines_;
};

}  // namespace syrah::p2p
