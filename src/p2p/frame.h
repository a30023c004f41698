#pragma once

// A frame: 4 bytes of length, unsigned big-endian, then that many bytes of text.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "p2p/limits.h"

namespace syrah::p2p {

/// Header and text, never changed once made: those who send the same share it.
using Frame = std::shared_ptr<const std::string>;

std::string encode_frame(std::string_view text);

/// A frame that is written in place: room for the length, then, when the text stands behind it, the
/// length itself.
std::string begin_frame();
void end_frame(std::string& frame);

/// Finds the frames in a stream of bytes. The announced length is checked before anything is kept,
/// and memory grows with what arrives, not with what is announced: at most one frame.
class FrameReader {
 public:
  explicit FrameReader(std::size_t size_max) : size_max_(size_max) {}

  /// For the frames that begin after this call.
  void set_size_max(std::size_t size_max) { size_max_ = size_max; }

  /// Takes bytes from the front of `bytes` up to the end of a frame and returns its text, or takes
  /// all and returns nothing. An error (length zero or too large) is final. The text is a part of
  /// what was given if all of it was there, else it is valid until the next call.
  base::Result<std::optional<std::string_view>> take(std::string_view& bytes);

  /// Whether a frame has begun and not ended.
  [[nodiscard]] bool within_frame() const { return header_size_ > 0; }

 private:
  std::size_t size_max_;
  std::array<std::uint8_t, kFrameHeaderBytes> header_{};
  std::size_t header_size_ = 0;
  std::size_t size_ = 0;  ///< of the text, once the header is complete
  std::size_t kept_ = 0;  ///< of it, so far
  std::string text_;      ///< of a frame that came in parts
};

}  // namespace syrah::p2p
