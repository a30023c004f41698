#pragma once

// The words of the book. Everything is a number here: prices in ticks and quantities in lots of the
// instrument, homes and accounts as whoever keeps the book numbers them.

#include <cstdint>

namespace syrah::book {

enum class Side : std::uint8_t { kBid, kAsk };
inline Side opposite(Side side) { return side == Side::kBid ? Side::kAsk : Side::kBid; }

/// Where a record is, see slot_pool.h; 0 is nowhere.
using Slot = std::uint32_t;

/// Whose order it is; 0 is nobody's.
using Account = std::uint32_t;
inline constexpr Account kAccountMax = (Account{1} << 30U) - 1;

/// Numbers of entries in a home's feed fit into this many bits.
inline constexpr unsigned kNumberBits = 48;
inline constexpr std::uint64_t kNumberMax = (std::uint64_t{1} << kNumberBits) - 1;

/// Names an order: the number of its home in 16 bits, then the number of its entry there.
using Key = std::uint64_t;
inline Key key_of(std::uint16_t home, std::uint64_t number) {
  return Key{home} << kNumberBits | number;
}
inline std::uint16_t home_of(Key key) { return static_cast<std::uint16_t>(key >> kNumberBits); }
inline std::uint64_t number_of(Key key) { return key & kNumberMax; }

/// What decides between orders at one price, in 16 bytes: a hybrid logical time, and the number of
/// the entry that gave the order its place. Of two orders of one home the smaller rank is first; of
/// two homes with the same time, see Book::earlier().
class Rank {
 public:
  Rank() = default;
  /// `ms` below 2^48 (the year 10889), `number` at most kNumberMax.
  Rank(std::int64_t ms, std::uint32_t counter, std::uint64_t number)
      : high_(static_cast<std::uint64_t>(ms) << 16U | counter >> 16U),
        low_(std::uint64_t{counter & 0xFFFFU} << kNumberBits | number) {}

  [[nodiscard]] std::int64_t ms() const { return static_cast<std::int64_t>(high_ >> 16U); }
  [[nodiscard]] std::uint32_t counter() const {
    return static_cast<std::uint32_t>((high_ & 0xFFFFU) << 16U | low_ >> kNumberBits);
  }
  [[nodiscard]] std::uint64_t number() const { return low_ & kNumberMax; }

  [[nodiscard]] bool same_time(const Rank& other) const {
    return high_ == other.high_ && low_ >> kNumberBits == other.low_ >> kNumberBits;
  }
  [[nodiscard]] bool earlier_time(const Rank& other) const {
    if (high_ != other.high_) return high_ < other.high_;
    return low_ >> kNumberBits < other.low_ >> kNumberBits;
  }

  /// A number for times: of two ranks with different ones, the smaller is of the earlier time. Of
  /// those of one millisecond from its 65,536th on it says nothing.
  [[nodiscard]] std::uint64_t stamp() const {
    if ((high_ & 0xFFFFU) != 0) [[unlikely]] {
      return high_ | 0xFFFFU;
    }
    return high_ | low_ >> kNumberBits;
  }

  bool operator==(const Rank&) const = default;

 private:
  std::uint64_t high_ = 0;
  std::uint64_t low_ = 0;
};

}  // namespace syrah::book
