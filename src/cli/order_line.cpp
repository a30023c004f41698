#include "cli/order_line.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/style.h"

namespace syrah::cli {
namespace {

std::string terms(const json::Value& order) {
  const std::string price = text_of(order, "price");
  return fmt::format("{} {} {} {}", text_of(order, "side"), text_of(order, "size"),
                     text_of(order, "product_id"), price.empty() ? "at market" : "at " + price);
}

std::string why_closed(std::string_view reason) {
  if (reason == "immediate") return "the rest could not be filled at once";
  if (reason == "killed") return "it could not be filled whole at once";
  if (reason == "post_only") return "it would have taken, and was to be post-only";
  if (reason == "self_trade") return "it met an order of the same account";
  if (reason == "expired") return "its time has come";
  if (reason == "cancelled") return "it was cancelled";
  return printable(reason);
}

}  // namespace

std::string text_of(const json::Value& object, std::string_view name) {
  return printable(object.string(name).value_or(""));
}

bool is_zero(std::string_view decimal) {
  return decimal.find_first_not_of("0.") == std::string_view::npos;
}

std::string order_line(const json::Value& order) {
  const std::string id = text_of(order, "id");
  const std::string filled = text_of(order, "filled_size");
  const std::string status = text_of(order, "status");
  const std::string filled_part =
      is_zero(filled) ? "nothing filled" : fmt::format("{} filled", filled);
  if (status == "pending") {
    return fmt::format("pending  {}: {} waits for the answer of another node, {}  (order {})",
                       terms(order), text_of(order, "pending_size"), filled_part, id);
  }
  if (status == "active") {
    return fmt::format("waits  {}: for a trade at {}  (order {})", terms(order),
                       text_of(order, "stop_price"), id);
  }
  if (status == "open") {
    return fmt::format("open  {}: {}, {} left in the book  (order {})", terms(order), filled_part,
                       text_of(order, "remaining_size"), id);
  }
  if (text_of(order, "done_reason") == "filled") {
    return fmt::format("filled  {}  (order {})", terms(order), id);
  }
  return fmt::format("closed  {}: {}, {}  (order {})", terms(order), filled_part,
                     why_closed(text_of(order, "close_reason")), id);
}

std::vector<const json::Value*> oldest_first(const json::Value& page) {
  std::vector<const json::Value*> rows;
  for (const json::Value& row : page.items()) rows.push_back(&row);
  std::reverse(rows.begin(), rows.end());
  return rows;
}

}  // namespace syrah::cli
