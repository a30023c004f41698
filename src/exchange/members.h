#pragma once

// Reads the members of a JSON object from a stranger. The first thing that is wrong is remembered
// and makes every later answer a default, so a caller reads all members and asks once.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/hash.h"
#include "exchange/instrument.h"
#include "exchange/types.h"
#include "json/member_finder.h"
#include "json/value.h"

namespace syrah::exchange {

class Members {
 public:
  /// `object` must outlive this; `instrument` says the steps of prices and quantities (null: there
  /// may be none).
  explicit Members(const json::Value& object, const Instrument* instrument = nullptr);

  [[nodiscard]] bool has(std::string_view name) { return finder_.find(name) != nullptr; }

  std::string_view text(std::string_view name);
  std::int64_t integer(std::string_view name, std::int64_t min, std::int64_t max);
  bool flag(std::string_view name);  ///< absent: false
  Seq seq(std::string_view name);    ///< from 1
  Hlc time(std::string_view name);   ///< [ms, counter]
  NodeId node(std::string_view name);
  EntryId entry(std::string_view name);
  crypto::Digest digest(std::string_view name);

  /// Decimal text in the steps of the instrument.
  Price price(std::string_view name);
  Quantity quantity(std::string_view name);
  Notional notional(std::string_view name);

  /// An amount as a whole number of ticks times lots in decimal digits, from 1.
  Notional units(std::string_view name);

  /// A word of an enumeration: word("side", side_from).
  template <class Enum>
  Enum word(std::string_view name, std::optional<Enum> (*from)(std::string_view)) {
    const std::optional<Enum> value = from(text(name));
    if (!value) fail(name, "is not a word known here");
    return value.value_or(Enum{});
  }

  void fail(std::string_view name, std::string_view what);
  void fail(const base::Error& error);
  [[nodiscard]] base::Status status() const;

 private:
  bool has_steps(std::string_view name);

  json::MemberFinder finder_;
  const Instrument* instrument_;
  std::optional<base::Error> error_;
};

}  // namespace syrah::exchange
