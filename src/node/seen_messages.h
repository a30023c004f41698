#pragma once

#include <cstdint>
#include <deque>
#include <string_view>
#include <unordered_set>

namespace syrah::node {

/// Tells messages of the basic dialect that were seen before, by what names them. Remembers the
/// last kSeenMax of the last kSeenMs.
class SeenMessages {
 public:
  /// True if it is new; it is remembered then.
  bool add(std::string_view type, std::string_view sender, std::int64_t timestamp_ms,
           std::string_view id, std::int64_t now_us);

 private:
  struct Seen {
    std::int64_t at_us = 0;
    std::uint64_t hash = 0;
  };
  std::unordered_set<std::uint64_t> hashes_;
  std::deque<Seen> ages_;
};

}  // namespace syrah::node
