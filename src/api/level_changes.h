#pragma once

// Changes of price levels that melt into one: the newest quantity of each price counts.

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "exchange/book_news.h"

namespace syrah::api {

struct LevelChanges {
  std::map<std::pair<exchange::Side, exchange::Price>, exchange::Quantity> levels;
  /// Of the book after the last of them.
  std::int64_t sequence = 0;
  std::uint32_t checksum = 0;
  std::string time;

  [[nodiscard]] bool empty() const { return levels.empty(); }
  /// `later` comes after this.
  void add(const LevelChanges& later) {
    for (const auto& [level, quantity] : later.levels) levels.insert_or_assign(level, quantity);
    sequence = later.sequence;
    checksum = later.checksum;
    time = later.time;
  }
};

}  // namespace syrah::api
