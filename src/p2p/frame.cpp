#include "p2p/frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace syrah::p2p {

std::string encode_frame(std::string_view text) {
  SYRAH_CHECK(!text.empty() && text.size() <= std::numeric_limits<std::uint32_t>::max(),
              "a frame has 1 to 2^32 - 1 bytes");
  std::string frame;
  frame.reserve(kFrameHeaderBytes + text.size());
  for (std::size_t i = 0; i < kFrameHeaderBytes; ++i) {
    frame.push_back(static_cast<char>(text.size() >> (8 * (kFrameHeaderBytes - 1 - i)) & 0xFF));
  }
  frame.append(text);
  return frame;
}

base::Result<std::optional<std::string>> FrameReader::take(std::string_view& bytes) {
  while (header_size_ < kFrameHeaderBytes && !bytes.empty()) {
    header_[header_size_++] = static_cast<std::uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    if (header_size_ < kFrameHeaderBytes) continue;
    size_ = 0;
    for (const std::uint8_t byte : header_) size_ = size_ << 8U | byte;
    if (size_ == 0) return base::invalid("frame: the length is zero");
    if (size_ > size_max_) {
      return base::Error{base::ErrorCode::kLimit,
                         fmt::format("frame: {} bytes, at most {} are allowed", size_, size_max_)};
    }
  }
  if (header_size_ < kFrameHeaderBytes) return std::optional<std::string>{};

  const std::size_t part = std::min(size_ - text_.size(), bytes.size());
  text_.append(bytes.substr(0, part));
  bytes.remove_prefix(part);
  if (text_.size() < size_) return std::optional<std::string>{};
  header_size_ = 0;
  return std::optional(std::exchange(text_, {}));
}

}  // namespace syrah::p2p
