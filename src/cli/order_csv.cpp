#include "cli/order_csv.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "base/decimal.h"
#include "base/time.h"

namespace syrah::cli {

const char* const kOrderCsvHelp =
    "FILE is comma-separated values, plain or packed by gzip; - is the standard input. The first\n"
    "line names the columns, in any order:\n"
    "  action      new (usual), cancel, replace\n"
    "  id          your word for the order, by which later rows cancel or replace it\n"
    "  instrument  as BTC-USD (usual: --instrument, else the node's only one)\n"
    "  side        buy, sell\n"
    "  quantity    decimal; with replace the whole new one\n"
    "  price       decimal; empty: a market order, or with replace as it is\n"
    "  stop        decimal; a stop order, which waits for a trade at this price; with replace the\n"
    "              new one\n"
    "  tif         gtc (usual), ioc, fok, gtd until the time in the column until\n"
    "  until       as 2027-01-01T00:00:00Z\n"
    "  post_only   true, false (usual)\n"
    "  time        seconds or as 2026-11-21T07:30:00Z, never going back; used by --speed\n"
    "Or it is a LOBSTER message file: no head line, and six columns (lobsterdata.com). Nothing is\n"
    "sent unless all rows are good. What is about one order is sent in the order of the file; of\n"
    "different orders several are under way, unless --in-flight is 1.";

namespace {

enum Field : std::uint8_t {
  kAction,
  kId,
  kInstrument,
  kSide,
  kQuantity,
  kPrice,
  kStop,
  kTif,
  kUntil,
  kPostOnly,
  kTime,
};
constexpr std::array<std::string_view, 11> kNames = {"action",   "id",        "instrument", "side",
                                                     "quantity", "price",     "stop",       "tif",
                                                     "until",    "post_only", "time"};
constexpr std::pair<std::string_view, std::string_view> kTifs[] = {
    {"gtc", "GTC"}, {"ioc", "IOC"}, {"fok", "FOK"}, {"gtd", "GTT"}};

std::string_view trimmed(std::string_view text) {
  const std::size_t first = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(first);
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

/// No field of this format needs quotes, but programs put them around all of them.
std::optional<std::vector<std::string_view>> split_fields(std::string_view line) {
  std::vector<std::string_view> fields;
  while (true) {
    const std::size_t comma = line.find(',');
    std::string_view field = trimmed(line.substr(0, comma));
    if (field.size() >= 2 && field.starts_with('"') && field.ends_with('"')) {
      field = field.substr(1, field.size() - 2);
    }
    if (field.find('"') != std::string_view::npos) return std::nullopt;
    fields.push_back(field);
    if (comma == std::string_view::npos) return fields;
    line.remove_prefix(comma + 1);
  }
}

class Reader {
 public:
  base::Status read_head(std::string_view line) {
    const auto fields = split_fields(line);
    if (!fields) return base::invalid("quotes are only around a whole name");
    for (std::size_t at = 0; at < fields->size(); ++at) {
      const auto* const name = std::find(kNames.begin(), kNames.end(), (*fields)[at]);
      if (name == kNames.end()) {
        return base::invalid(
            fmt::format("column \"{}\" is not one of {}", (*fields)[at], fmt::join(kNames, ", ")));
      }
      std::optional<std::size_t>& place = places_[static_cast<std::size_t>(name - kNames.begin())];
      if (place) return base::invalid(fmt::format("column \"{}\" is there twice", *name));
      place = at;
    }
    columns_ = fields->size();
    flow_.timed = places_[kTime].has_value();
    return base::success();
  }

  base::Status read_row(std::string_view line, std::uint32_t number) {
    auto fields = split_fields(line);
    if (!fields) return base::invalid("quotes are only around a whole field");
    if (fields->size() != columns_) {
      return base::invalid(
          fmt::format("it has {} columns, and the head line {}", fields->size(), columns_));
    }
    fields_ = *std::move(fields);
    FlowStep step;
    step.line = number;
    for (const auto part : {&Reader::read_time, &Reader::read_action, &Reader::read_terms}) {
      if (const base::Status done = (this->*part)(step); !done) return done;
    }
    flow_.steps.push_back(std::move(step));
    return base::success();
  }

  Flow take() { return std::move(flow_); }

 private:
  struct Named {
    std::uint32_t number = 0;
    bool buy = false;
  };

  [[nodiscard]] std::string_view field(Field column) const {
    return places_[column] ? fields_[*places_[column]] : std::string_view();
  }

  static base::Error wrong(Field column, std::string_view value, std::string_view allowed) {
    return base::invalid(
        fmt::format("{} is \"{}\": it must be {}", kNames[column], value, allowed));
  }

  base::Status read_time(FlowStep& step) {
    if (!flow_.timed) return base::success();
    const std::string_view text = field(kTime);
    auto time_us = read_seconds(text);
    if (!time_us) time_us = base::from_iso8601(text);
    if (!time_us) return wrong(kTime, text, "seconds, or as 2026-11-21T07:30:00Z");
    if (*time_us < last_us_) return wrong(kTime, text, "no earlier than in the row above");
    step.time_us = last_us_ = *time_us;
    return base::success();
  }

  base::Status read_action(FlowStep& step) {
    using Kind = FlowStep::Kind;
    const std::string_view action = field(kAction);
    const std::string_view id = field(kId);
    if (action.empty() || action == "new") {
      step.kind = Kind::kPlace;
      step.order = flow_.orders++;
      const Named named{step.order, field(kSide) == "buy"};
      if (!id.empty() && !orders_.emplace(id, named).second) {
        return wrong(kId, id, "another one for each new order");
      }
      return base::success();
    }
    if (action != "cancel" && action != "replace") {
      return wrong(kAction, action, "new, cancel or replace");
    }
    step.kind = action == "cancel" ? Kind::kCancel : Kind::kReplace;
    const auto known = orders_.find(std::string(id));
    if (known == orders_.end()) return wrong(kId, id, "that of a new order in a row above");
    step.order = known->second.number;
    step.buy = known->second.buy;
    return base::success();
  }

  base::Status read_terms(FlowStep& step) {
    using Kind = FlowStep::Kind;
    if (step.kind == Kind::kCancel) return base::success();
    for (const auto& [column, target] :
         {std::pair{kQuantity, &step.quantity}, std::pair{kPrice, &step.price},
          std::pair{kStop, &step.stop}}) {
      const std::string_view text = field(column);
      const auto value = base::parse_decimal(text);
      if (!text.empty() && (!value || value->units == 0)) {
        return wrong(column, text, "a decimal above 0, as 0.5");
      }
      *target = text;
    }
    if (step.kind == Kind::kReplace) {
      if (step.price.empty() && step.quantity.empty() && step.stop.empty()) {
        return base::invalid("a replacement needs a price, a quantity or a stop");
      }
      return base::success();
    }
    if (step.quantity.empty()) return wrong(kQuantity, "", "a decimal above 0, as 0.5");
    return read_order(step);
  }

  base::Status read_order(FlowStep& step) {
    step.instrument = field(kInstrument);
    const std::string_view side = field(kSide);
    if (side != "buy" && side != "sell") return wrong(kSide, side, "buy or sell");
    step.buy = side == "buy";
    const std::string_view tif = field(kTif);
    for (const auto& [word, term] : kTifs) {
      if (word == tif) step.tif = term;
    }
    if (!tif.empty() && step.tif.empty()) return wrong(kTif, tif, "gtc, ioc, fok or gtd");
    const std::string_view until = field(kUntil);
    if ((tif == "gtd") == until.empty())
      return wrong(kUntil, until, "there with gtd, and only then");
    if (!until.empty() && !base::from_iso8601(until)) {
      return wrong(kUntil, until, "a time as 2027-01-01T00:00:00Z");
    }
    step.until = until;
    const std::string_view post_only = field(kPostOnly);
    if (!post_only.empty() && post_only != "true" && post_only != "false") {
      return wrong(kPostOnly, post_only, "true or false");
    }
    step.post_only = post_only == "true";
    return base::success();
  }

  std::array<std::optional<std::size_t>, kNames.size()> places_;  ///< of the columns in a row
  std::size_t columns_ = 0;
  std::vector<std::string_view> fields_;  ///< of the row
  std::map<std::string, Named> orders_;   ///< by id
  std::int64_t last_us_ = 0;
  Flow flow_;
};

}  // namespace

base::Result<Flow> read_order_csv(std::string_view text, const std::string& file) {
  text = without_mark(text);
  BadRows bad(file);
  Reader reader;
  if (const base::Status head = reader.read_head(next_line(text)); !head) {
    bad.add(1, head.error().message);
    return bad.error();
  }
  for (std::uint32_t number = 2; !text.empty(); ++number) {
    const std::string_view line = next_line(text);
    if (line.empty()) continue;
    if (const base::Status row = reader.read_row(line, number); !row) {
      bad.add(number, row.error().message);
    }
  }
  if (!bad.none()) return bad.error();
  return reader.take();
}

}  // namespace syrah::cli
