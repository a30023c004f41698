#include "stream.h"

#include <algorithm>
#include <charconv>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>

namespace syrah::replay {
namespace {

struct Row {
  std::string time;
  int type = 0;
  std::int64_t order = 0;
  std::int64_t size = 0;
  std::int64_t cents = 0;
  bool buy = false;
};

std::string_view next_field(std::string_view& line) {
  const std::size_t comma = std::min(line.find(','), line.size());
  const std::string_view field = line.substr(0, comma);
  line.remove_prefix(std::min(comma + 1, line.size()));
  return field;
}

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::vector<Row> read_rows(std::istream& csv) {
  std::vector<Row> rows;
  std::string line;
  while (std::getline(csv, line)) {
    std::string_view rest = line;
    if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
    if (rest.empty()) continue;
    Row row;
    row.time = next_field(rest);
    row.type = static_cast<int>(number(next_field(rest)));
    row.order = number(next_field(rest));
    row.size = number(next_field(rest));
    row.cents = number(next_field(rest)) / 100;
    row.buy = next_field(rest).starts_with('1');
    rows.push_back(std::move(row));
  }
  return rows;
}

class Converter {
 public:
  std::vector<Message> convert(const std::vector<Row>& rows) {
    for (std::size_t at = 0; at < rows.size();) {
      if (rows[at].type == 4) {
        at = take_executions(rows, at);
      } else {
        take(rows[at++]);
      }
    }
    return std::move(messages_);
  }

 private:
  struct Live {
    std::uint32_t number = 0;
    std::int64_t size = 0;
  };

  void take(const Row& row) {
    using Kind = Message::Kind;
    if (row.type == 1) {
      live_[row.order] = {orders_, row.size};
      messages_.push_back({Kind::kNew, row.buy, orders_++, row.cents, row.size});
      return;
    }
    const auto known = live_.find(row.order);
    if (known == live_.end()) return;
    Live& order = known->second;
    if (row.type == 2 && order.size > row.size) {
      order.size -= row.size;
      messages_.push_back({Kind::kReplace, row.buy, order.number, row.cents, order.size});
    } else if (row.type == 3) {
      messages_.push_back({Kind::kCancel, row.buy, order.number, 0, 0});
      order.size = 0;
    }
  }

  std::size_t take_executions(const std::vector<Row>& rows, std::size_t at) {
    const Row& first = rows[at];
    Message taker{Message::Kind::kIoc, !first.buy, orders_++, first.cents, 0};
    for (; at < rows.size(); ++at) {
      const Row& row = rows[at];
      if (row.type != 4 || row.time != first.time || row.buy != first.buy) break;
      const auto known = live_.find(row.order);
      if (known != live_.end()) known->second.size -= row.size;
      taker.size += row.size;
      taker.cents = taker.buy ? std::max(taker.cents, row.cents) : std::min(taker.cents, row.cents);
    }
    messages_.push_back(taker);
    return at;
  }

  std::unordered_map<std::int64_t, Live> live_;
  std::vector<Message> messages_;
  std::uint32_t orders_ = 0;
};

}  // namespace

std::vector<Message> read_lobster(std::istream& csv) { return Converter().convert(read_rows(csv)); }

std::vector<Message> generate(std::size_t count, std::uint64_t seed) {
  using Kind = Message::Kind;
  struct Live {
    std::uint32_t number = 0;
    bool buy = false;
    std::int64_t size = 0;
  };
  std::mt19937_64 random(seed);
  const auto below = [&](std::uint64_t bound) {
    return static_cast<std::int64_t>(random() % bound);
  };
  std::vector<Message> messages;
  std::vector<Live> live;
  std::uint32_t orders = 0;
  std::int64_t middle = 58'500;
  while (messages.size() < count) {
    middle += below(3) - 1;
    const std::int64_t dice = below(1000);
    const bool buy = below(2) == 0;
    if (dice < 500 || live.empty()) {
      const std::int64_t away = 1 + below(20) * below(5);
      live.push_back({orders, buy, 1 + below(200)});
      messages.push_back(
          {Kind::kNew, buy, orders++, buy ? middle - away : middle + away, live.back().size});
      continue;
    }
    const auto at = static_cast<std::size_t>(below(live.size()));
    if (dice < 540) {
      messages.push_back(
          {Kind::kIoc, buy, orders++, buy ? middle + 3 : middle - 3, 1 + below(300)});
    } else if (dice < 545 && live[at].size > 1) {
      live[at].size = 1 + below(static_cast<std::uint64_t>(live[at].size - 1));
      messages.push_back({Kind::kReplace, live[at].buy, live[at].number, 0, live[at].size});
    } else {
      messages.push_back({Kind::kCancel, live[at].buy, live[at].number, 0, 0});
      live[at] = live.back();
      live.pop_back();
    }
  }
  return messages;
}

std::vector<Message> generate_resting(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Message> messages;
  for (std::uint32_t order = 0; order < count; ++order) {
    const bool buy = random() % 2 == 0;
    const auto away = static_cast<std::int64_t>(random() % 5000);
    messages.push_back({Message::Kind::kNew, buy, order, buy ? 50'000 - away : 60'000 + away,
                        1 + static_cast<std::int64_t>(random() % 200)});
  }
  return messages;
}

}  // namespace syrah::replay
