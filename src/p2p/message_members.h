#pragma once

// Reads the members of a message from a stranger. The first thing that is wrong is remembered and
// every later answer is a default, so a caller reads all members and asks once.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "json/value.h"
#include "json/writer.h"

namespace syrah::p2p {

class MessageMembers {
 public:
  /// `object` and `type` must outlive this; `type` names the message in errors.
  MessageMembers(const json::Value& object, std::string_view type);

  /// Members of an object inside, with an error remembered so far; `adopt` brings later ones back.
  [[nodiscard]] MessageMembers within(const json::Value& inner) const;
  /// Those of the member `name` if it is an object, else these.
  [[nodiscard]] MessageMembers within_or_same(std::string_view name) const;
  void adopt(const MessageMembers& inner);

  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
  [[nodiscard]] const json::Value* find(std::string_view name) const { return object_->find(name); }

  std::string text(std::string_view name, std::size_t size_max);     ///< not empty, printable
  std::string text_or(std::string_view name, std::size_t size_max);  ///< absent: empty
  std::string name(std::string_view member);                         ///< of a node
  std::string content(std::string_view name);                        ///< any text
  std::string amount(std::string_view name);                         ///< decimal text, or a number
  std::int64_t time(std::string_view name);                          ///< a number that is not zero
  std::int64_t time_or(std::string_view name) const;                 ///< absent or no number: 0
  std::uint64_t number(std::string_view name, std::uint64_t max);
  std::uint64_t number_or(std::string_view name, std::uint64_t otherwise, std::uint64_t max);
  std::uint32_t number32(std::string_view name);
  base::Seq seq(std::string_view name);
  base::NodeId node(std::string_view name);
  void hex(std::string_view name, std::span<std::uint8_t> out);
  /// Items of an array; absent: none.
  json::Value::Items items_or(std::string_view name, std::size_t count_max);

  void fail(std::string_view name, std::string_view what);
  [[nodiscard]] base::Status status() const;

 private:
  const json::Value* object_;
  std::string_view type_;
  std::optional<base::Error> error_;
};

void write_hex(json::Writer& out, std::string_view name, std::span<const std::uint8_t> bytes);

}  // namespace syrah::p2p
