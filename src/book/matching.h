#pragma once

// What happens when an order comes to a book: whom it meets, in which order, and what a meeting is.
// The loop and its checks are here; what each meeting leads to (an entry in a feed, a request to
// another home) is up to the one who matches.

#include <algorithm>

#include "book/book.h"

namespace syrah::book {

/// An order that looks for others to trade with. One that rests may be in the book itself.
struct Incoming {
  Key key = 0;
  Side side = Side::kBid;
  std::int64_t limit = 0;
  Rank rank;
  Account account = 0;
  bool rests = true;
  bool post_only = false;
};

enum class Meeting : std::uint8_t {
  kTrade,
  kSelfTrade,       ///< both are of one account: prevention instead of a trade
  kTakesButMayNot,  ///< the incoming order would take, and is post-only
  kTakenButMayNot,  ///< the resting order would take (it is the later one), and is post-only
};

/// Whether the incoming order is the maker. The earlier one is, but what does not rest is nobody's
/// maker, even if it waited for something meanwhile.
inline bool makes(const Book& book, const Incoming& incoming, Slot resting) {
  return incoming.rests && !book.earlier(resting, incoming.key, incoming.rank);
}

inline Meeting meeting(const Book& book, const Incoming& incoming, Slot resting) {
  if (book.account(resting) == incoming.account) return Meeting::kSelfTrade;
  if (!incoming.post_only && !book.post_only(resting)) return Meeting::kTrade;
  if (makes(book, incoming, resting)) {
    return book.post_only(resting) ? Meeting::kTakenButMayNot : Meeting::kTrade;
  }
  return incoming.post_only ? Meeting::kTakesButMayNot : Meeting::kTrade;
}

/// Lets an order meet all that its limit reaches, best price first, then earliest first, as long as
/// `matcher.goes_on()`. `matcher.offered(Slot)` says how much of a resting order can be had, 0 to
/// pass it by; then `matcher.meet(Slot, Meeting, offered)` acts: it may change or remove that
/// resting order and the incoming one, and no other of that side.
template <class Matcher>
void match(const Book& book, const Incoming& incoming, Matcher& matcher) {
  if (!book.reaches(opposite(incoming.side), incoming.limit)) return;
  book.cross(opposite(incoming.side), incoming.limit, [&](Slot resting) {
    const std::int64_t offered = matcher.offered(resting);
    if (offered == 0) return true;
    matcher.meet(resting, meeting(book, incoming, resting), offered);
    return matcher.goes_on();
  });
}

}  // namespace syrah::book
