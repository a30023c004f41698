#pragma once

// Names of nodes, orders and trades. All of them are unique for ever without coordination: a node
// is named by its key, an order by its home and the number of the feed entry that accepted it, a
// trade by the home of the order that asked and the number of the entry that asked for it.

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/inline_text.h"
#include "base/result.h"

namespace syrah::base {

/// A node: its Ed25519 public key. Whoever knows the id can check the node's signatures.
struct NodeId {
  std::array<std::uint8_t, 32> bytes{};

  auto operator<=>(const NodeId&) const = default;

  /// 64 lower-case hexadecimal digits: the form on the wire.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] InlineText<64> inline_text() const;
  /// The first 8 digits: for people and logs only.
  [[nodiscard]] std::string brief() const;
  /// The first 8 bytes, big-endian: the half of an order's client-facing id that names the home.
  [[nodiscard]] std::uint64_t prefix() const;

  static Result<NodeId> parse(std::string_view text);
};

/// Number of an entry in one home's feed, counted from 1; 0 means "none yet".
using Seq = std::uint64_t;

/// An entry in some home's feed. Orders and trades are named by one.
struct EntryId {
  NodeId home;
  Seq seq = 0;

  auto operator<=>(const EntryId&) const = default;

  /// "<64 hex digits>:<seq>": the form on the wire.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] InlineText<64 + 1 + 20> inline_text() const;
  static Result<EntryId> parse(std::string_view text);
};

/// The entry that accepted the order.
using OrderId = EntryId;
/// The hold entry of the taker's home, or, where both orders are at one home, the trade entry.
using TradeId = EntryId;

/// Client-facing form of an entry id, shaped like a UUID: 8 bytes of the home's id, 8 bytes of the
/// number. A node knows no two homes with the same prefix (it refuses the second).
struct PublicId {
  std::uint64_t home_prefix = 0;
  Seq seq = 0;

  auto operator<=>(const PublicId&) const = default;

  [[nodiscard]] std::string text() const;
  [[nodiscard]] InlineText<36> inline_text() const;
  static Result<PublicId> parse(std::string_view text);
  static PublicId of(const EntryId& id) { return {id.home.prefix(), id.seq}; }
};

}  // namespace syrah::base

template <>
struct std::hash<syrah::base::NodeId> {
  std::size_t operator()(const syrah::base::NodeId& id) const noexcept {
    return static_cast<std::size_t>(id.prefix());  // keys are uniformly distributed
  }
};

template <>
struct std::hash<syrah::base::EntryId> {
  std::size_t operator()(const syrah::base::EntryId& id) const noexcept {
    return static_cast<std::size_t>(id.home.prefix() ^ (id.seq * 0x9E3779B97F4A7C15ULL));
  }
};
