#include "exchange/client_ids.h"

#include <string_view>

#include "base/decimal.h"
#include "exchange/limits.h"

namespace syrah::exchange {
namespace {

/// FNV-1a, 64 bits, over words and numbers that cannot run into each other.
class Fingerprint {
 public:
  Fingerprint& add(std::string_view word) {
    for (const char letter : word) add_byte(static_cast<unsigned char>(letter));
    add_byte(0);  // no word contains it
    return *this;
  }
  /// "42000" and "42000.00" are the same terms.
  Fingerprint& add_decimal(const std::string& text) {
    const base::Result<base::Decimal> value = base::parse_decimal(text);
    return add(value ? base::to_text(*value) : text);
  }
  Fingerprint& add(std::int64_t number) { return add(std::to_string(number)); }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  void add_byte(unsigned char byte) { value_ = (value_ ^ byte) * 0x100000001B3ULL; }

  std::uint64_t value_ = 0xCBF29CE484222325ULL;
};

/// Neither part contains a line end (names.h).
std::string key_of(const std::string& account, const std::string& client_id) {
  return account + '\n' + client_id;
}

}  // namespace

std::uint64_t terms_fingerprint(const PlaceOrder& command) {
  Fingerprint terms;
  terms.add(command.account)
      .add(command.instrument)
      .add(to_text(command.side))
      .add(to_text(command.type))
      .add_decimal(command.price)
      .add_decimal(command.quantity)
      .add(to_text(command.tif))
      .add(command.expires_ms)
      .add(std::int64_t{command.post_only ? 1 : 0})
      .add(to_text(command.self_trade));
  // Only where they are: orders without them keep the terms that the history knows.
  if (command.stop != Stop::kNone) {
    terms.add(to_text(command.stop)).add_decimal(command.stop_price);
  }
  if (!command.funds.empty()) terms.add("funds").add_decimal(command.funds);
  return terms.value();
}

bool ClientIds::add(const std::string& account, const std::string& client_id, Use use,
                    std::int64_t accepted_ms) {
  std::string key = key_of(account, client_id);
  if (uses_.contains(key)) return true;  // the first use counts
  if (full()) return false;
  uses_.emplace(key, use);
  ages_.push_back({accepted_ms, std::move(key)});
  return true;
}

std::optional<ClientIds::Use> ClientIds::find(const std::string& account,
                                              const std::string& client_id) const {
  const auto found = uses_.find(key_of(account, client_id));
  if (found == uses_.end()) return std::nullopt;
  return found->second;
}

void ClientIds::forget_before(std::int64_t ms) {
  while (!ages_.empty() && ages_.front().ms < ms) {
    uses_.erase(ages_.front().key);
    ages_.pop_front();
  }
}

bool ClientIds::full() const { return uses_.size() >= kClientIdsMax; }

}  // namespace syrah::exchange
