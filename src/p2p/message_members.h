#pragma once

// Reads the members of a message from a stranger. The first thing that is wrong is remembered and
// every later answer is a default, so a caller reads all members and asks once. It is fastest to
// ask for them in the order in which they are written. Texts are parts of the parsed document.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "json/member_finder.h"
#include "json/value.h"
#include "json/writer.h"

namespace syrah::p2p {

class MessageMembers {
 public:
  /// The object of the members and `type` must outlive this; `type` names the message in errors.
  MessageMembers(const json::MemberFinder& members, std::string_view type);

  MessageMembers(const MessageMembers&) = delete;
  MessageMembers& operator=(const MessageMembers&) = delete;

  /// Members of an object inside. What is wrong there is remembered here, and this must outlive it.
  [[nodiscard]] MessageMembers within(const json::Value& inner);
  /// Those of `inner` if it is an object, else the same as these.
  [[nodiscard]] MessageMembers within_or_same(const json::Value* inner);

  [[nodiscard]] bool has(std::string_view name) { return find(name) != nullptr; }
  [[nodiscard]] const json::Value* find(std::string_view name) { return finder_.find(name); }

  /// Not empty.
  std::string_view text(std::string_view name, std::size_t size_max) {
    const json::Value* const value = find(name);
    const auto text = value == nullptr ? std::nullopt : value->string();
    if (text && !text->empty() && text->size() <= size_max) return *text;
    const bool other = value != nullptr && !text;
    return refuse_text(name, text, size_max,
                       other ? "must be a text" : "must be a text that is not empty");
  }
  /// Absent: empty.
  std::string_view text_or(std::string_view name, std::size_t size_max) {
    const json::Value* const value = find(name);
    if (value == nullptr) return {};
    const auto text = value->string();
    if (text && text->size() <= size_max) return *text;
    return refuse_text(name, text, size_max, "must be a text");
  }
  std::string_view name(std::string_view member);   ///< of a node: without control characters
  std::string_view content(std::string_view name);  ///< any text
  std::string_view amount(std::string_view name);   ///< decimal text, or a number
  bool buy(std::string_view name);                  ///< "buy", else "sell"
  std::int64_t time(std::string_view name);         ///< a number that is not zero
  std::int64_t time_or(std::string_view name);      ///< absent or no number: 0
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
  MessageMembers(const json::MemberFinder& members, MessageMembers& outer);
  /// An empty text, as an answer to what is not `wanted`, or too long.
  std::string_view refuse_text(std::string_view name, std::optional<std::string_view> text,
                               std::size_t size_max, std::string_view wanted);

  json::MemberFinder finder_;
  std::string_view type_;
  std::optional<base::Error> first_error_;  ///< of these, or of the outermost ones
  std::optional<base::Error>& error_;
};

void write_hex(json::Writer& out, std::string_view name, std::span<const std::uint8_t> bytes);

}  // namespace syrah::p2p
