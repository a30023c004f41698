#pragma once

// What happened, as rows of the history tables.

#include "base/result.h"
#include "exchange/fact.h"
#include "exchange/history.h"
#include "store/database.h"
#include "store/row.h"

namespace syrah::store {

/// Columns of `read_trade`, `read_fill`, `read_unconfirmed` and `read_order`, in their order.
extern const char* const kTradeColumns;
extern const char* const kFillColumns;
extern const char* const kUnconfirmedColumns;
/// An unconfirmed trade with its order, which has the client's id of it.
extern const char* const kUnconfirmedTables;
extern const char* const kOrderColumns;

/// kDamaged, naming table, row and column, if a row cannot be what was written.
base::Result<exchange::TradeRow> read_trade(const Statement& statement);
base::Result<exchange::FillRow> read_fill(const Statement& statement);
base::Result<exchange::UnconfirmedRow> read_unconfirmed(const Statement& statement);
base::Result<exchange::OrderRow> read_order(const Statement& statement);

/// Writes facts inside of the caller's transaction.
class FactWriter {
 public:
  static base::Result<FactWriter> prepare(Database& database);

  base::Status write(const exchange::Fact& fact);

 private:
  FactWriter() = default;
  base::Status write(const exchange::TradeFact& fact);
  base::Status write(const exchange::FillFact& fact);
  base::Status write(const exchange::OrderFact& fact);
  base::Status write(const exchange::AbandonedFilledFact& fact);
  base::Status write(const exchange::UnconfirmedFact& fact);
  base::Status add_to_position(const exchange::FillFact& fact);

  Statement trade_;
  Statement fill_;
  Statement order_;
  Statement abandoned_;
  Statement unconfirmed_;
  Statement position_;
  Statement position_now_;
};

}  // namespace syrah::store
