#pragma once

// Frames as a client writes them.

#include <cstdint>
#include <string>
#include <string_view>

namespace syrah::net {

/// `first` is the byte with the final bit and the opcode.
inline std::string masked_frame(std::uint8_t first, std::string_view payload) {
  const std::string mask = "\x11\x22\x33\x44";
  std::string frame(1, static_cast<char>(first));
  const auto add = [&](std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
      frame.push_back(static_cast<char>((value >> shift) & 0xFF));
    }
  };
  if (payload.size() < 126) {
    frame.push_back(static_cast<char>(0x80 | payload.size()));
  } else if (payload.size() <= 0xFFFF) {
    frame.push_back(static_cast<char>(0x80 | 126));
    add(payload.size(), 2);
  } else {
    frame.push_back(static_cast<char>(0x80 | 127));
    add(payload.size(), 8);
  }
  frame += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    frame.push_back(static_cast<char>(payload[i] ^ mask[i % 4]));
  }
  return frame;
}

inline std::string text_frame(std::string_view text) { return masked_frame(0x81, text); }

}  // namespace syrah::net
