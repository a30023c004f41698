// The first byte says how large the pieces are in which the rest arrives. Whatever they are, frames
// come out as from one piece, none is empty or over the limit, and written again they are the
// bytes.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "p2p/frame.h"

namespace {

using syrah::p2p::FrameReader;

constexpr std::size_t kSizeMax = 512;

struct Read {
  std::vector<std::string> frames;
  bool failed = false;
};

Read read_all(std::string_view bytes, std::size_t piece) {
  FrameReader reader(kSizeMax);
  Read read;
  while (!bytes.empty()) {
    std::string_view part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    while (!part.empty()) {
      auto frame = reader.take(part);
      if (!frame) {
        read.failed = true;
        return read;
      }
      if (*frame) read.frames.emplace_back(**frame);
    }
  }
  return read;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(input) + 1, size - 1);
  const Read whole = read_all(bytes, bytes.size() + 1);
  const Read pieces = read_all(bytes, input[0] + std::size_t{1});
  SYRAH_CHECK(whole.frames == pieces.frames && whole.failed == pieces.failed,
              "the pieces make a difference");
  std::string again;
  for (const std::string& frame : whole.frames) {
    SYRAH_CHECK(!frame.empty() && frame.size() <= kSizeMax, "a frame out of bounds");
    again += syrah::p2p::encode_frame(frame);
  }
  SYRAH_CHECK(bytes.substr(0, again.size()) == again, "frames are not what arrived");
  return 0;
}
