#pragma once

// What an API key may do, in the words of the Coinbase Exchange API where it has one.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace syrah::api {

enum class Permission : std::uint8_t {
  kView,    ///< see the account's orders, fills and holds, and what the node waits for
  kTrade,   ///< place, change and cancel the account's orders
  kManage,  ///< peers, names and keys of the node: whoever has it can give himself the others
};

std::string_view to_text(Permission permission);

/// A set of permissions.
class Permissions {
 public:
  static Permissions all();
  /// The words; an error names the first that is none, or says that there must be one.
  static base::Result<Permissions> parse(const std::vector<std::string>& words);

  [[nodiscard]] bool has(Permission permission) const { return (bits_ & bit(permission)) != 0; }
  void add(Permission permission) { bits_ |= bit(permission); }
  /// In the order of Permission.
  [[nodiscard]] std::vector<std::string_view> words() const;

  bool operator==(const Permissions&) const = default;

 private:
  static unsigned bit(Permission permission) { return 1U << static_cast<unsigned>(permission); }

  unsigned bits_ = 0;
};

}  // namespace syrah::api
