#include "p2p/frame.h"

#include <fmt/format.h>

#include <limits>

namespace syrah::p2p {

std::string begin_frame() { return std::string(kFrameHeaderBytes, '\0'); }

void end_frame(std::string& frame) {
  const std::size_t size = frame.size() - kFrameHeaderBytes;
  SYRAH_CHECK(frame.size() > kFrameHeaderBytes && size <= std::numeric_limits<std::uint32_t>::max(),
              "a frame has 1 to 2^32 - 1 bytes");
  for (std::size_t i = 0; i < kFrameHeaderBytes; ++i) {
    frame[i] = static_cast<char>(size >> (8 * (kFrameHeaderBytes - 1 - i)) & 0xFF);
  }
}

std::string encode_frame(std::string_view text) {
  std::string frame = begin_frame();
  frame.append(text);
  end_frame(frame);
  return frame;
}

base::Result<std::optional<std::string_view>> FrameReader::take(std::string_view& bytes) {
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
  if (header_size_ < kFrameHeaderBytes) return std::optional<std::string_view>{};

  const std::string_view part = bytes.substr(0, size_ - kept_);
  bytes.remove_prefix(part.size());
  if (part.size() == size_) {
    header_size_ = 0;
    return std::optional(part);
  }
  if (kept_ == 0) text_.clear();
  text_.append(part);
  kept_ = text_.size();
  if (kept_ < size_) return std::optional<std::string_view>{};
  header_size_ = 0;
  kept_ = 0;
  return std::optional<std::string_view>(text_);
}

}  // namespace syrah::p2p
