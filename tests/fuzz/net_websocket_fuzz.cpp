// Input: what a WebSocket client sends, and with the first byte the size of the pieces it comes in.
// Read in pieces or whole, it is the same messages; none is over the limits, all texts are UTF-8.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "json/utf8.h"
#include "net/limits.h"
#include "net/websocket_frame.h"

using namespace syrah;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = std::size_t{bytes[0]} + 1;
  const std::string_view all(reinterpret_cast<const char*>(bytes + 1), size - 1);
  using Messages = std::vector<net::FrameReader::Message>;
  Messages whole;
  net::FrameReader at_once;
  const auto failure = at_once.read(all, whole);
  Messages pieces;
  net::FrameReader bit_by_bit;
  std::optional<net::FrameReader::Failure> same;
  for (std::size_t i = 0; i < all.size() && !same; i += piece) {
    same = bit_by_bit.read(all.substr(i, piece), pieces);
  }
  SYRAH_CHECK(failure.has_value() == same.has_value(), "pieces are read otherwise");
  SYRAH_CHECK(!failure || failure->code == same->code, "pieces fail otherwise");
  SYRAH_CHECK(whole.size() == pieces.size(), "pieces hold other messages");
  for (std::size_t i = 0; i < whole.size(); ++i) {
    SYRAH_CHECK(whole[i].opcode == pieces[i].opcode && whole[i].payload == pieces[i].payload,
                "pieces hold another message");
    SYRAH_CHECK(whole[i].payload.size() <= net::kWebSocketMessageBytesMax, "too large");
    SYRAH_CHECK(whole[i].opcode != net::Opcode::kText || json::is_utf8(whole[i].payload),
                "not UTF-8");
  }
  return 0;
}
