// A datagram of the DHT: what is read, is written again as the very same bytes.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "grenache/bencode.h"
#include "grenache/limits.h"

namespace {

using syrah::grenache::BencodeValue;
using syrah::grenache::BencodeWriter;

void write(const BencodeValue& value, BencodeWriter& writer, int depth) {
  SYRAH_CHECK(depth <= syrah::grenache::kBencodeDepthMax, "too deep");
  switch (value.kind()) {
    case BencodeValue::Kind::kInteger:
      writer.integer(*value.integer());
      return;
    case BencodeValue::Kind::kBytes:
      writer.bytes(*value.bytes());
      return;
    case BencodeValue::Kind::kList:
      writer.begin_list();
      for (const BencodeValue& item : value.items()) write(item, writer, depth + 1);
      writer.end();
      return;
    case BencodeValue::Kind::kDict:
      writer.begin_dict();
      for (const auto& [name, member] : value.members()) {
        write(member, writer.key(name), depth + 1);
      }
      writer.end();
      return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(input), size);
  const auto value = BencodeValue::parse(text);
  if (!value) return 0;
  std::string again;
  {
    BencodeWriter writer(again);
    write(*value, writer, 1);
  }
  SYRAH_CHECK(again == text, "written again it is something else");
  return 0;
}
