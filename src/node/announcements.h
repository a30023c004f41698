#pragma once

// What one basic peer was told of this node's own orders, and what it is still to be told: each
// order with what is open of it now, again when that changed, and that it is gone. Changes that
// come faster than they may be told melt into one.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>

#include "base/token_bucket.h"
#include "node/basic_limits.h"
#include "node/own_orders.h"

namespace syrah::node {

class Announcements {
 public:
  struct Announcement {
    exchange::Seq order = 0;
    exchange::OrderId id;
    bool gone = false;
  };

  /// The order changed (or is new, or gone).
  void changed(exchange::Seq order, const OwnOrders& own);
  /// What may be told now; the next call goes on where this one ended.
  std::vector<Announcement> take(const OwnOrders& own, std::int64_t now_us);
  /// When there is more to be told.
  [[nodiscard]] std::int64_t next_deadline_us() const { return next_us_; }

 private:
  struct Told {
    exchange::OrderId id;
    exchange::Price price;
    exchange::Quantity open;
  };

  std::optional<Announcement> next(exchange::Seq number, const OwnOrders& own) const;
  void note(const Announcement& announcement, const OwnOrders& own);

  std::map<exchange::Seq, Told> told_;
  std::set<exchange::Seq> gone_;  ///< told first: nobody should trade with what is gone
  std::deque<exchange::Seq> queue_;
  std::set<exchange::Seq> queued_;
  base::TokenBucket rate_{kAnnouncementsPerKilosecond, kAnnouncementsBurst};
  std::int64_t next_us_ = INT64_MAX;
};

}  // namespace syrah::node
