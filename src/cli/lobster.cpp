#include "cli/lobster.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <unordered_map>

#include "base/decimal.h"

namespace syrah::cli {
namespace {

constexpr std::size_t kColumns = 6;
constexpr std::uint8_t kPriceDecimals = 4;

struct Row {
  std::int64_t time_us = 0;
  std::string_view time;
  int type = 0;
  std::int64_t order = 0;
  std::int64_t size = 0;
  std::int64_t price = 0;
  bool buy = false;
  std::uint32_t line = 0;
};

template <class Number>
bool read_number(std::string_view text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

std::optional<std::array<std::string_view, kColumns>> split_six(std::string_view line) {
  std::array<std::string_view, kColumns> fields;
  for (std::size_t at = 0; at < kColumns; ++at) {
    const std::size_t comma = line.find(',');
    if ((comma == std::string_view::npos) != (at == kColumns - 1)) return std::nullopt;
    fields[at] = line.substr(0, comma);
    if (comma != std::string_view::npos) line.remove_prefix(comma + 1);
  }
  return fields;
}

base::Result<Row> read_row(std::string_view line) {
  const auto fields = split_six(line);
  if (!fields) return base::invalid("it must have six columns, and has others");
  const auto& [time, type, order, size, price, direction] = *fields;
  Row row;
  const auto time_us = read_seconds(time);
  if (!time_us)
    return base::invalid(fmt::format("time is \"{}\": {}", time, time_us.error().message));
  row.time_us = *time_us;
  row.time = time;
  if (!read_number(type, row.type) || row.type < 1 || row.type > 7) {
    return base::invalid(fmt::format("type is \"{}\": it must be 1 to 7", type));
  }
  if (!read_number(order, row.order)) {
    return base::invalid(fmt::format("order id is \"{}\": it must be a whole number", order));
  }
  if (!read_number(size, row.size) || !read_number(price, row.price)) {
    return base::invalid(
        fmt::format("size \"{}\" and price \"{}\" must be whole numbers", size, price));
  }
  if (row.type <= 4 && (row.size <= 0 || row.price <= 0)) {
    return base::invalid(fmt::format("size \"{}\" and price \"{}\" must be positive", size, price));
  }
  if (direction != "1" && direction != "-1") {
    return base::invalid(fmt::format("direction is \"{}\": it must be 1 or -1", direction));
  }
  row.buy = direction == "1";
  return row;
}

class Converter {
 public:
  Flow convert(const std::vector<Row>& rows) {
    for (std::size_t at = 0; at < rows.size();) {
      if (rows[at].type == 4) {
        at = take_executions(rows, at);
      } else {
        take(rows[at++]);
      }
    }
    flow_.timed = true;
    return std::move(flow_);
  }

 private:
  using Kind = FlowStep::Kind;

  struct Live {
    std::uint32_t number = 0;
    std::int64_t size = 0;
  };

  FlowStep& add(Kind kind, const Row& row, std::uint32_t order) {
    FlowStep step;
    step.kind = kind;
    step.buy = row.buy;
    step.order = order;
    step.line = row.line;
    step.time_us = row.time_us;
    return flow_.steps.emplace_back(std::move(step));
  }

  void take(const Row& row) {
    if (row.type == 1) {
      live_[row.order] = {flow_.orders, row.size};
      FlowStep& step = add(Kind::kPlace, row, flow_.orders++);
      step.price = price_text(row.price);
      step.quantity = std::to_string(row.size);
      return;
    }
    const auto known = live_.find(row.order);
    if (row.type > 3 || known == live_.end()) {
      ++flow_.left_out;
      return;
    }
    Live& order = known->second;
    if (row.type == 3) {
      add(Kind::kCancel, row, order.number);
      live_.erase(known);
    } else if (order.size > row.size) {
      order.size -= row.size;
      add(Kind::kReplace, row, order.number).quantity = std::to_string(order.size);
    }
  }

  std::size_t take_executions(const std::vector<Row>& rows, std::size_t at) {
    const Row& first = rows[at];
    std::int64_t size = 0;
    std::int64_t price = first.price;
    for (; at < rows.size(); ++at) {
      const Row& row = rows[at];
      if (row.type != 4 || row.time != first.time || row.buy != first.buy) break;
      const auto known = live_.find(row.order);
      if (known != live_.end()) known->second.size -= row.size;
      size += row.size;
      price = first.buy ? std::min(price, row.price) : std::max(price, row.price);
    }
    FlowStep& taker = add(Kind::kPlace, first, flow_.orders++);
    taker.buy = !first.buy;
    taker.tif = "IOC";
    taker.price = price_text(price);
    taker.quantity = std::to_string(size);
    return at;
  }

  /// "585.33": whole cents have two decimals.
  static std::string price_text(std::int64_t price) {
    std::string text = base::steps_to_text(price, {1, kPriceDecimals});
    if (text.ends_with("00")) text.resize(text.size() - 2);
    return text;
  }

  std::unordered_map<std::int64_t, Live> live_;
  Flow flow_;
};

}  // namespace

bool looks_like_lobster(std::string_view line) {
  const auto fields = split_six(line);
  return fields && read_seconds((*fields)[0]).ok() && (*fields)[1].size() == 1;
}

base::Result<Flow> read_lobster(std::string_view text, const std::string& file) {
  text = without_mark(text);
  std::vector<Row> rows;
  BadRows bad(file);
  std::int64_t last_us = 0;
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    const std::string_view line = next_line(text);
    if (line.empty()) continue;
    base::Result<Row> row = read_row(line);
    if (!row) {
      bad.add(number, row.error().message);
    } else if (row->time_us < last_us) {
      bad.add(number, fmt::format("time {} is before that of the row above", row->time));
    } else {
      last_us = row->time_us;
      row->line = number;
      rows.push_back(*row);
    }
  }
  if (!bad.none()) return bad.error();
  return Converter().convert(rows);
}

}  // namespace syrah::cli
