#pragma once

// Clients of the feed as their authors would write them: one keeps the orders by the channel full,
// one the prices by level2. They read nothing but messages.

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/check.h"
#include "json/reader.h"

namespace syrah::tests {

inline json::Document read_json(std::string_view text) {
  json::Limits limits;
  limits.items_max = 100'000;
  limits.nodes_max = 1'000'000;
  auto value = json::parse(text, limits);
  SYRAH_CHECK(value.ok(), value.ok() ? "" : value.error().message.c_str());
  return *std::move(value);
}

/// The orders of a book, by the channel full and a level 3 book.
class FullReader {
 public:
  struct Order {
    std::string side, price, priority;
    double size = 0;  // what a client in JavaScript would do
  };

  void load(const json::Value& level3) {
    orders_.clear();
    sequence_ = *level3.integer("sequence");
    for (const auto& [name, side] : {std::pair{"bids", "buy"}, std::pair{"asks", "sell"}}) {
      for (const json::Value& row : level3.find(name)->items()) {
        const auto text = [&](std::size_t i) { return std::string(*row.items()[i].string()); };
        orders_[text(2)] = {side, text(0), text(3), std::stod(text(1))};
      }
    }
  }

  /// False if messages are missing before this one.
  bool apply(const json::Value& message) {
    const auto sequence = message.integer("sequence");
    if (!sequence || *sequence <= sequence_) return true;  // older than the book
    if (*sequence != sequence_ + 1) return false;
    sequence_ = *sequence;
    const std::string type(*message.string("type"));
    const auto text = [&](std::string_view name) { return std::string(*message.string(name)); };
    if (type == "open") {
      orders_[text("order_id")] = {text("side"), text("price"), text("priority"),
                                   std::stod(text("remaining_size"))};
    } else if (type == "done") {
      orders_.erase(text("order_id"));
    } else if (type == "match") {
      const auto maker = orders_.find(text("maker_order_id"));
      if (maker != orders_.end()) maker->second.size -= std::stod(text("size"));
    } else if (type == "change") {
      const auto order = orders_.find(text("order_id"));
      SYRAH_CHECK(order != orders_.end(), "a change of an order that is not there");
      order->second.size = std::stod(text("new_size"));
      order->second.price = text("price");
      if (message.find("priority") != nullptr) order->second.priority = text("priority");
    }
    return true;
  }

  /// As a level 3 book lists them: side, price, id and size, best and earliest first.
  [[nodiscard]] std::vector<std::string> rows() const {
    std::map<std::tuple<std::string, double, std::string, std::string>, std::string> sorted;
    for (const auto& [id, order] : orders_) {
      if (order.size < 1e-12) continue;  // filled; its done is to come
      const double price = std::stod(order.price);
      const double rank = order.side == "buy" ? -price : price;
      char size[32];
      std::snprintf(size, sizeof size, "%.8f", order.size);
      sorted[{order.side, rank, order.priority, id}] =
          order.side + " " + order.price + " " + id + " " + size;
    }
    std::vector<std::string> rows;
    for (const auto& [key, row] : sorted) rows.push_back(row);
    return rows;
  }
  [[nodiscard]] std::int64_t sequence() const { return sequence_; }

 private:
  std::map<std::string, Order> orders_;
  std::int64_t sequence_ = 0;
};

/// Prices and sizes, by level2.
class LevelReader {
 public:
  void apply(const json::Value& message) {
    const std::string type(message.string("type").value_or(""));
    if (type == "snapshot") {
      levels_.clear();
      for (const auto& [name, side] : {std::pair{"bids", "buy"}, std::pair{"asks", "sell"}}) {
        for (const json::Value& row : message.find(name)->items()) {
          set(side, std::string(*row.items()[0].string()), std::string(*row.items()[1].string()));
        }
      }
    } else if (type == "l2update") {
      for (const json::Value& row : message.find("changes")->items()) {
        set(std::string(*row.items()[0].string()), std::string(*row.items()[1].string()),
            std::string(*row.items()[2].string()));
      }
    } else {
      return;
    }
    checksum_ = *message.integer("checksum");
  }

  /// The text that the checksum is made of: the best ten asks, then the best ten bids.
  [[nodiscard]] std::string checksum_text() const {
    std::string text;
    for (const std::string side : {"sell", "buy"}) {
      std::size_t left = 10;
      const auto levels = levels_.find(side);
      if (levels == levels_.end()) continue;
      const auto add = [&](const auto& level) {
        if (left == 0) return;
        --left;
        text += level.second.first + ":" + level.second.second + ",";
      };
      if (side == "sell") {
        for (auto it = levels->second.begin(); it != levels->second.end(); ++it) add(*it);
      } else {
        for (auto it = levels->second.rbegin(); it != levels->second.rend(); ++it) add(*it);
      }
    }
    return text;
  }
  [[nodiscard]] std::int64_t checksum() const { return checksum_; }
  [[nodiscard]] std::size_t size() const {
    std::size_t size = 0;
    for (const auto& [side, levels] : levels_) size += levels.size();
    return size;
  }

 private:
  void set(const std::string& side, const std::string& price, const std::string& size) {
    if (std::stod(size) == 0) {
      levels_[side].erase(std::stod(price));
    } else {
      levels_[side][std::stod(price)] = {price, size};
    }
  }

  std::map<std::string, std::map<double, std::pair<std::string, std::string>>> levels_;
  std::int64_t checksum_ = -1;
};

}  // namespace syrah::tests
