#pragma once

// Value types as columns of a row and back: `put` gives them to a statement, `Row` reads them from
// the current row, both from left to right.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "exchange/types.h"
#include "store/database.h"

namespace syrah::store {

void put(Statement& statement, base::Seq seq);
void put(Statement& statement, const base::NodeId& node);
void put(Statement& statement, const base::EntryId& entry);
void put(Statement& statement, base::Hlc time);
void put(Statement& statement, exchange::Price price);
void put(Statement& statement, exchange::Quantity quantity);
void put(Statement& statement, exchange::Notional notional);  ///< as decimal text

/// Reads the current row. The first column that cannot be what it should be is remembered and makes
/// every later answer a default, so a caller reads all columns and asks once.
class Row {
 public:
  explicit Row(const Statement& statement) : statement_(statement) {}

  std::int64_t integer() { return statement_.integer_at(column_++); }
  std::string_view text() { return statement_.text_at(column_++); }
  bool flag();
  base::Seq seq();
  base::NodeId node();
  base::EntryId entry();
  base::Hlc time();
  exchange::Price price() { return {integer()}; }
  exchange::Quantity quantity() { return {integer()}; }
  exchange::Notional notional();
  void bytes(std::span<std::uint8_t> out);

  /// A word of an enumeration: word(exchange::side_from).
  template <class Enum>
  Enum word(std::optional<Enum> (*from)(std::string_view)) {
    const int column = column_;
    const std::optional<Enum> value = from(text());
    if (!value) fail(column, "is not a word known here");
    return value.value_or(Enum{});
  }

  /// kDamaged, with the name of the column.
  [[nodiscard]] base::Status status() const;

 private:
  void fail(int column, const char* what);

  const Statement& statement_;
  int column_ = 0;
  std::optional<base::Error> error_;
};

}  // namespace syrah::store
