#pragma once

// An order flow as steps against an exchange, whatever file it came from.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace syrah::cli {

struct FlowStep {
  enum class Kind : std::uint8_t { kPlace, kReplace, kCancel };

  Kind kind = Kind::kPlace;
  bool buy = false;  ///< the order's side
  bool post_only = false;
  std::uint32_t order = 0;   ///< numbered from 0 in order of appearance
  std::uint32_t line = 0;    ///< of the file, from 1
  std::int64_t time_us = 0;  ///< of any beginning; see Flow::timed
  std::string instrument;    ///< empty: the one that is named on the command line
  std::string price;         ///< empty: a market order, or as it is
  std::string quantity;      ///< of a replacement the whole new one, or empty: as it is
  std::string stop;          ///< price that a stop order waits for; empty: none, or as it is
  std::string tif;           ///< GTC, IOC, FOK, GTT or empty
  std::string until;         ///< ISO 8601, with GTT
};

struct Flow {
  std::vector<FlowStep> steps;
  std::uint32_t orders = 0;
  bool timed = false;        ///< steps have times, which never go back
  std::size_t left_out = 0;  ///< rows that are no order, as hidden executions
};

/// Bad rows of a file, of which the first few are told.
class BadRows {
 public:
  explicit BadRows(std::string file) : file_(std::move(file)) {}

  void add(std::size_t line, std::string_view what);
  [[nodiscard]] bool none() const { return count_ == 0; }
  /// "orders.csv:17: side is \"bid\": it must be buy or sell", one line a row.
  [[nodiscard]] base::Error error() const;

 private:
  std::string file_;
  std::string text_;
  std::size_t count_ = 0;
};

/// The text without the mark of UTF-8 that some programs put before it.
std::string_view without_mark(std::string_view text);

/// Takes the first line off the text, without its end, which may be that of any system.
std::string_view next_line(std::string_view& text);

/// "34200.017459617" as microseconds, what is finer is cut off. Up to 12 digits before the point.
base::Result<std::int64_t> read_seconds(std::string_view text);

}  // namespace syrah::cli
