#include "exchange/types.h"

#include <array>
#include <utility>

namespace syrah::exchange {
namespace {

template <class Enum, std::size_t kCount>
using Words = std::array<std::pair<Enum, std::string_view>, kCount>;

constexpr Words<Side, 2> kSides{{{Side::kBuy, "buy"}, {Side::kSell, "sell"}}};

constexpr Words<OrderType, 2> kOrderTypes{
    {{OrderType::kLimit, "limit"}, {OrderType::kMarket, "market"}}};

constexpr Words<TimeInForce, 4> kTimesInForce{{{TimeInForce::kGtc, "gtc"},
                                               {TimeInForce::kIoc, "ioc"},
                                               {TimeInForce::kFok, "fok"},
                                               {TimeInForce::kGtd, "gtd"}}};

constexpr Words<SelfTrade, 4> kSelfTrades{{{SelfTrade::kDecrementAndCancel, "dc"},
                                           {SelfTrade::kCancelOldest, "co"},
                                           {SelfTrade::kCancelNewest, "cn"},
                                           {SelfTrade::kCancelBoth, "cb"}}};

constexpr Words<Stop, 3> kStops{
    {{Stop::kNone, "none"}, {Stop::kLoss, "loss"}, {Stop::kEntry, "entry"}}};

constexpr Words<CloseReason, 8> kCloseReasons{{{CloseReason::kCancelled, "cancelled"},
                                               {CloseReason::kExpired, "expired"},
                                               {CloseReason::kImmediate, "immediate"},
                                               {CloseReason::kKilled, "killed"},
                                               {CloseReason::kPostOnly, "post_only"},
                                               {CloseReason::kSelfTrade, "self_trade"},
                                               {CloseReason::kFilled, "filled"},
                                               {CloseReason::kUnconfirmed, "unconfirmed"}}};

constexpr Words<RefuseReason, 7> kRefuseReasons{{{RefuseReason::kNotOpen, "not_open"},
                                                 {RefuseReason::kNoQuantity, "no_quantity"},
                                                 {RefuseReason::kPriceMoved, "price_moved"},
                                                 {RefuseReason::kSelfTrade, "self_trade"},
                                                 {RefuseReason::kNotWhole, "not_whole"},
                                                 {RefuseReason::kInvalid, "invalid"},
                                                 {RefuseReason::kAbandoned, "abandoned"}}};

template <class Enum, std::size_t kCount>
std::string_view text_of(const Words<Enum, kCount>& words, Enum value) {
  for (const auto& [word_value, word] : words) {
    if (word_value == value) return word;
  }
  SYRAH_CHECK(false, "a value outside its enumeration");
  return {};
}

template <class Enum, std::size_t kCount>
std::optional<Enum> value_of(const Words<Enum, kCount>& words, std::string_view text) {
  for (const auto& [value, word] : words) {
    if (word == text) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_text(Side value) { return text_of(kSides, value); }
std::string_view to_text(OrderType value) { return text_of(kOrderTypes, value); }
std::string_view to_text(TimeInForce value) { return text_of(kTimesInForce, value); }
std::string_view to_text(SelfTrade value) { return text_of(kSelfTrades, value); }
std::string_view to_text(Stop value) { return text_of(kStops, value); }
std::string_view to_text(CloseReason value) { return text_of(kCloseReasons, value); }
std::string_view to_text(RefuseReason value) { return text_of(kRefuseReasons, value); }

std::optional<Side> side_from(std::string_view text) { return value_of(kSides, text); }
std::optional<OrderType> order_type_from(std::string_view text) {
  return value_of(kOrderTypes, text);
}
std::optional<TimeInForce> time_in_force_from(std::string_view text) {
  return value_of(kTimesInForce, text);
}
std::optional<SelfTrade> self_trade_from(std::string_view text) {
  return value_of(kSelfTrades, text);
}
std::optional<Stop> stop_from(std::string_view text) { return value_of(kStops, text); }
std::optional<CloseReason> close_reason_from(std::string_view text) {
  return value_of(kCloseReasons, text);
}
std::optional<RefuseReason> refuse_reason_from(std::string_view text) {
  return value_of(kRefuseReasons, text);
}

}  // namespace syrah::exchange
