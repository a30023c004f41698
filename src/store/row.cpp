#include "store/row.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/decimal.h"

namespace syrah::store {

void put(Statement& statement, base::Seq seq) {
  SYRAH_CHECK(seq <= static_cast<base::Seq>(std::numeric_limits<std::int64_t>::max()),
              "entry number does not fit into the database");
  statement.integer(static_cast<std::int64_t>(seq));
}

void put(Statement& statement, const base::NodeId& node) { statement.blob(node.bytes); }

void put(Statement& statement, const base::EntryId& entry) {
  put(statement, entry.home);
  put(statement, entry.seq);
}

void put(Statement& statement, base::Hlc time) { statement.integer(time.ms).integer(time.counter); }

void put(Statement& statement, exchange::Price price) { statement.integer(price.ticks); }

void put(Statement& statement, exchange::Quantity quantity) { statement.integer(quantity.lots); }

void put(Statement& statement, exchange::Notional notional) {
  statement.text(fmt::to_string(notional.units));
}

exchange::Notional Row::notional() {
  const int column = column_;
  const base::Result<base::Int128> units = base::to_product_steps(text(), {1, 0}, {1, 0});
  if (!units) fail(column, "is not a whole number");
  return {units ? *units : 0};
}

bool Row::flag() {
  const int column = column_;
  const std::int64_t value = integer();
  if (value != 0 && value != 1) fail(column, "is neither 0 nor 1");
  return value == 1;
}

base::Seq Row::seq() {
  const int column = column_;
  const std::int64_t value = integer();
  if (value < 0) fail(column, "is negative");
  return value < 0 ? 0 : static_cast<base::Seq>(value);
}

void Row::bytes(std::span<std::uint8_t> out) {
  const int column = column_++;
  const std::span<const std::uint8_t> stored = statement_.blob_at(column);
  if (stored.size() != out.size()) {
    fail(column, "has the wrong size");
    return;
  }
  std::copy(stored.begin(), stored.end(), out.begin());
}

base::NodeId Row::node() {
  base::NodeId node;
  bytes(node.bytes);
  return node;
}

base::EntryId Row::entry() {
  base::EntryId entry;
  entry.home = node();
  entry.seq = seq();
  return entry;
}

base::Hlc Row::time() {
  const std::int64_t ms = integer();
  const int column = column_;
  const std::int64_t counter = integer();
  if (counter < 0 || counter > std::numeric_limits<std::uint32_t>::max()) {
    fail(column, "is out of range");
    return {};
  }
  return {ms, static_cast<std::uint32_t>(counter)};
}

void Row::fail(int column, const char* what) {
  if (error_) return;
  error_ = base::Error{base::ErrorCode::kDamaged,
                       fmt::format("column {} {}", statement_.column_name(column), what)};
}

base::Status Row::status() const {
  if (error_) return *error_;
  return base::success();
}

}  // namespace syrah::store
