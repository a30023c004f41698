#include "api/custody.h"

#include <algorithm>
#include <array>

namespace syrah::api {
namespace {

constexpr std::array<std::string_view, 20> kCustodyPaths = {
    "address-book",   "coinbase-accounts",
    "conversions",    "deposits",
    "funding",        "futures",
    "loans",          "margin",
    "oracle",         "otc",
    "position",       "payment-methods",
    "profiles",       "reports",
    "transfers",      "travel-rules",
    "users",          "withdrawals",
    "wrapped-assets", "wrapped_assets",
};
constexpr std::array<std::string_view, 3> kOfAccount = {"holds", "ledger", "transfers"};

template <std::size_t kCount>
bool is_one_of(const std::array<std::string_view, kCount>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

bool needs_custody(const Target& target) {
  const auto& segments = target.segments;
  if (segments.empty()) return false;
  if (segments[0] == "accounts" && segments.size() == 3) return is_one_of(kOfAccount, segments[2]);
  return is_one_of(kCustodyPaths, segments[0]);
}

}  // namespace syrah::api
