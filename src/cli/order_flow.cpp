#include "cli/order_flow.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/time.h"

namespace syrah::cli {
namespace {

constexpr std::size_t kRowsTold = 5;
constexpr std::size_t kSecondDigitsMax = 12;
constexpr std::size_t kMicrosecondDigits = 6;

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

void BadRows::add(std::size_t line, std::string_view what) {
  if (count_++ < kRowsTold) {
    text_ += fmt::format("{}{}:{}: {}", text_.empty() ? "" : "\n", file_, line, what);
  }
}

base::Error BadRows::error() const {
  if (count_ <= kRowsTold) return base::invalid(text_);
  return base::invalid(fmt::format("{}\nand {} more bad rows", text_, count_ - kRowsTold));
}

std::string_view without_mark(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

std::string_view next_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

base::Result<std::int64_t> read_seconds(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  const std::string_view part = text.substr(std::min(point + 1, text.size()));
  if (!is_digits(whole) || whole.size() > kSecondDigitsMax ||
      (point < text.size() && !is_digits(part))) {
    return base::invalid("seconds are a number, as 34200.0174");
  }
  std::int64_t us = 0;
  for (const char digit : whole) us = us * 10 + (digit - '0');
  for (std::size_t at = 0; at < kMicrosecondDigits; ++at) {
    us = us * 10 + (at < part.size() ? part[at] - '0' : 0);
  }
  return us;
}

}  // namespace syrah::cli
