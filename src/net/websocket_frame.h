#pragma once

// Frames of the WebSocket protocol (RFC 6455, section 5), as a server writes and reads them. No
// input or output here.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace syrah::net {

enum class Opcode : std::uint8_t {
  kContinuation = 0x0,
  kText = 0x1,
  kBinary = 0x2,
  kClose = 0x8,
  kPing = 0x9,
  kPong = 0xA,
};

/// One whole frame; a server does not mask.
void append_frame(std::string& out, Opcode opcode, std::string_view payload);
/// The payload of a close frame; the reason is cut to what fits.
std::string close_payload(std::uint16_t code, std::string_view reason);

/// Reads what a client sends. Memory follows the bytes that have come, never those announced.
class FrameReader {
 public:
  struct Message {
    Opcode opcode = Opcode::kText;  ///< text, close, ping or pong
    std::string payload;            ///< of a text: all fragments together, valid UTF-8
  };
  /// With this code the connection is to be closed; nothing can be read any more.
  struct Failure {
    std::uint16_t code = 1002;
    std::string reason;
  };

  /// Appends the messages that are complete with these bytes.
  std::optional<Failure> read(std::string_view bytes, std::vector<Message>& messages);

 private:
  [[nodiscard]] std::size_t header_size() const;
  std::optional<Failure> begin_frame();
  std::optional<Failure> begin_text_frame(bool final);
  std::optional<Failure> end_frame(std::vector<Message>& messages);
  [[nodiscard]] bool is_control() const;

  static constexpr std::size_t kHeaderMax = 14;
  std::array<std::uint8_t, kHeaderMax> header_{};
  std::size_t header_has_ = 0;
  bool in_payload_ = false;
  Opcode opcode_ = Opcode::kText;
  bool final_ = false;
  std::uint64_t left_ = 0;  ///< of the frame's payload
  std::size_t masked_ = 0;  ///< bytes of it unmasked so far
  std::array<std::uint8_t, 4> mask_{};
  std::string control_;
  std::string text_;
  std::size_t fragments_ = 0;  ///< of the text under way; 0: there is none
};

}  // namespace syrah::net
