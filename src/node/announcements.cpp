#include "node/announcements.h"

namespace syrah::node {

void Announcements::changed(exchange::Seq order, const OwnOrders& own) {
  const exchange::Order* const now = own.find(order);
  const bool open = now != nullptr && now->free().lots > 0;
  if (!open) {
    if (told_.contains(order)) gone_.insert(order);
  } else if (!queued_.contains(order)) {
    // The queue and what was told are bounded together; what was told can always change.
    if (!told_.contains(order) && told_.size() + queue_.size() >= kAnnouncedMax) return;
    queued_.insert(order);
    queue_.push_back(order);
  }
  if (!gone_.empty() || !queue_.empty()) next_us_ = 0;
}

std::optional<Announcements::Announcement> Announcements::next(exchange::Seq number,
                                                               const OwnOrders& own) const {
  const exchange::Order* const order = own.find(number);
  const auto told = told_.find(number);
  if (order == nullptr || order->free().lots == 0) {
    if (told == told_.end()) return std::nullopt;
    return Announcement{number, told->second.id, true};
  }
  if (told == told_.end()) return Announcement{number, order->id, false};
  // Under a new price it is another order to the old nodes: the old one goes first.
  if (told->second.price != order->price) return Announcement{number, order->id, true};
  if (told->second.open != order->free()) return Announcement{number, order->id, false};
  return std::nullopt;
}

void Announcements::note(const Announcement& announcement, const OwnOrders& own) {
  if (announcement.gone) {
    told_.erase(announcement.order);
    return;
  }
  const exchange::Order& order = *own.find(announcement.order);
  told_.insert_or_assign(announcement.order, Told{order.id, order.price, order.free()});
}

std::vector<Announcements::Announcement> Announcements::take(const OwnOrders& own,
                                                             std::int64_t now_us) {
  std::vector<Announcement> announcements;
  next_us_ = INT64_MAX;
  while (!gone_.empty() || !queue_.empty()) {
    const bool from_gone = !gone_.empty();
    const exchange::Seq number = from_gone ? *gone_.begin() : queue_.front();
    if (const std::optional<Announcement> announcement = next(number, own)) {
      if (!rate_.take(now_us)) {
        next_us_ = now_us + kAnnouncementWaitUs;
        break;
      }
      note(*announcement, own);
      announcements.push_back(*announcement);
      continue;  // there may be more to say about it
    }
    if (from_gone) {
      gone_.erase(number);
    } else {
      queue_.pop_front();
      queued_.erase(number);
    }
  }
  return announcements;
}

}  // namespace syrah::node
