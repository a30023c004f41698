#include "cli/json_text.h"

#include "json/writer.h"

namespace syrah::cli {
namespace {

// Depth is bounded by the reader that made the value.
void write(json::Writer& out, const json::Value& value) {  // NOLINT(misc-no-recursion)
  switch (value.kind()) {
    case json::Value::Kind::kNull:
      out.null();
      return;
    case json::Value::Kind::kBool:
      out.boolean(value.boolean().value_or(false));
      return;
    case json::Value::Kind::kNumber:
      out.raw(value.number_text().value_or("0"));
      return;
    case json::Value::Kind::kString:
      out.string(value.string().value_or(""));
      return;
    case json::Value::Kind::kArray:
      out.begin_array();
      for (const json::Value& item : value.items()) write(out, item);
      out.end_array();
      return;
    case json::Value::Kind::kObject:
      out.begin_object();
      for (const auto& [name, member] : value.members()) {
        out.key(name);
        write(out, member);
      }
      out.end_object();
      return;
  }
}

}  // namespace

std::string json_text(const json::Value& value) {
  std::string text;
  json::Writer out(text);
  write(out, value);
  return text;
}

std::string json_text_with(std::string_view name, std::string_view text,
                           const json::Value& object) {
  std::string all;
  json::Writer out(all);
  out.begin_object().string(name, text);
  for (const auto& [member_name, member] : object.members()) {
    out.key(member_name);
    write(out, member);
  }
  out.end_object();
  return all;
}

}  // namespace syrah::cli
