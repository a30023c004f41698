#include "cli/answer_members.h"

#include "cli/order_line.h"
#include "cli/style.h"

namespace syrah::cli {

std::string number_of(const json::Value& object, std::string_view name) {
  const auto value = object.integer(name);
  return value ? std::to_string(*value) : "";
}

json::Value::Items items_of(const json::Value& object, std::string_view name) {
  const json::Value* const member = object.find(name);
  return member == nullptr ? json::Value::Items() : member->items();
}

std::string words_of(const json::Value& object, std::string_view name) {
  std::string words;
  for (const json::Value& word : items_of(object, name)) {
    if (!words.empty()) words += ", ";
    words += printable(word.string().value_or(""));
  }
  return words;
}

std::string brief_id(const json::Value& object, std::string_view name) {
  constexpr std::size_t kDigits = 8;
  return text_of(object, name).substr(0, kDigits);
}

}  // namespace syrah::cli
