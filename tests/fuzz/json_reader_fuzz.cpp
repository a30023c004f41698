// The bytes are a JSON text. Whatever they are, parsing ends with a value or an error, as a second
// reading of it does, and both read the same; a value's raw bytes parse again to an equal value,
// and its strings are written as JSON that reads the same.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "fuzz/json_reference.h"
#include "json/reader.h"
#include "json/writer.h"

namespace {

using syrah::json::Limits;
using syrah::json::Value;

bool equal(const Value& a, const Value& b) {
  if (a.kind() != b.kind() || a.boolean() != b.boolean() || a.string() != b.string() ||
      a.number_text() != b.number_text() || a.raw() != b.raw() ||
      a.items().size() != b.items().size() || a.members().size() != b.members().size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.items().size(); ++i) {
    if (!equal(a.items()[i], b.items()[i])) return false;
  }
  for (std::size_t i = 0; i < a.members().size(); ++i) {
    if (a.members()[i].name != b.members()[i].name) return false;
    if (!equal(a.members()[i].value, b.members()[i].value)) return false;
  }
  return true;
}

void check_value(const Value& value, const Limits& limits) {
  if (value.is_object() || value.is_array()) {
    const auto again = syrah::json::parse(value.raw(), limits);
    SYRAH_CHECK(again.ok() && equal(value, *again), "raw bytes mean something else");
  }
  if (const auto text = value.string()) {
    std::string out;
    syrah::json::Writer(out).string(*text);
    const auto again = syrah::json::parse(out, limits);
    SYRAH_CHECK(again.ok() && again->string() == text, "a string does not survive writing");
  }
  for (const Value& item : value.items()) check_value(item, limits);
  for (const auto& [name, member] : value.members()) {
    SYRAH_CHECK(value.find(name) == &member, "two members share a name");
    check_value(member, limits);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  Limits tight;
  tight.items_max = 10;
  tight.members_max = 40;
  for (const Limits& limits : {Limits{}, tight}) {
    const auto value = syrah::json::parse(text, limits);
    const auto reference = syrah::tests::JsonReference::read(text, limits);
    SYRAH_CHECK(value.ok() == reference.has_value(), "one accepts what the other does not");
    if (!value) continue;
    SYRAH_CHECK(syrah::tests::JsonReference::of(*value) == *reference, "read as something else");
    check_value(*value, limits);
  }
  return 0;
}
