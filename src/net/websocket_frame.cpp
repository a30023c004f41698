#include "net/websocket_frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "json/utf8.h"
#include "net/limits.h"

namespace syrah::net {

namespace {

using Failure = FrameReader::Failure;

constexpr std::uint8_t kFinalBit = 0x80;
constexpr std::uint8_t kReservedBits = 0x70;
constexpr std::uint8_t kMaskBit = 0x80;
constexpr std::size_t kControlBytesMax = 125;
constexpr std::uint8_t kLength16 = 126;
constexpr std::uint8_t kLength64 = 127;

// Close codes of RFC 6455, section 7.4.1.
constexpr std::uint16_t kProtocolError = 1002;
constexpr std::uint16_t kUnacceptable = 1003;
constexpr std::uint16_t kNotUtf8 = 1007;
constexpr std::uint16_t kTooLarge = 1009;

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>((value >> shift) & 0xFF));
  }
}

}  // namespace

void append_frame(std::string& out, Opcode opcode, std::string_view payload) {
  out.push_back(static_cast<char>(kFinalBit | static_cast<std::uint8_t>(opcode)));
  if (payload.size() <= kControlBytesMax) {
    out.push_back(static_cast<char>(payload.size()));
  } else if (payload.size() <= 0xFFFF) {
    out.push_back(static_cast<char>(kLength16));
    append_big_endian(out, payload.size(), 2);
  } else {
    out.push_back(static_cast<char>(kLength64));
    append_big_endian(out, payload.size(), 8);
  }
  out.append(payload);
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
  std::string payload;
  append_big_endian(payload, code, 2);
  payload.append(reason.substr(0, kControlBytesMax - 2));
  return payload;
}

bool FrameReader::is_control() const { return static_cast<std::uint8_t>(opcode_) >= 0x8; }

/// As far as it is known; grows as the header comes.
std::size_t FrameReader::header_size() const {
  if (header_has_ < 2) return 2;
  const std::uint8_t length = header_[1] & 0x7F;
  const std::size_t extended = length == kLength16 ? 2 : length == kLength64 ? 8 : 0;
  return 2 + extended + mask_.size();
}

std::optional<Failure> FrameReader::begin_frame() {
  if ((header_[0] & kReservedBits) != 0) {
    return Failure{kProtocolError, "extensions are not in use"};
  }
  opcode_ = static_cast<Opcode>(header_[0] & 0x0F);
  final_ = (header_[0] & kFinalBit) != 0;
  const std::size_t extended = header_size() - 2 - mask_.size();
  left_ = header_[1] & 0x7F;
  if (extended > 0) {
    left_ = 0;
    for (std::size_t i = 0; i < extended; ++i) left_ = (left_ << 8) | header_[2 + i];
    if (left_ <= (extended == 2 ? kControlBytesMax : 0xFFFF)) {
      return Failure{kProtocolError, "the length of a frame must be in its shortest form"};
    }
  }
  std::copy_n(header_.begin() + 2 + static_cast<std::ptrdiff_t>(extended), mask_.size(),
              mask_.begin());
  masked_ = 0;
  in_payload_ = true;
  if (!is_control()) return begin_text_frame(final_);
  const bool known =
      opcode_ == Opcode::kClose || opcode_ == Opcode::kPing || opcode_ == Opcode::kPong;
  if (!known || !final_ || left_ > kControlBytesMax) {
    return Failure{kProtocolError, "a malformed control frame"};
  }
  control_.clear();
  return std::nullopt;
}

std::optional<Failure> FrameReader::begin_text_frame(bool final) {
  if (opcode_ == Opcode::kBinary) return Failure{kUnacceptable, "only text is understood"};
  const bool continues = opcode_ == Opcode::kContinuation;
  if ((!continues && opcode_ != Opcode::kText) || continues != (fragments_ > 0)) {
    return Failure{kProtocolError, "a frame out of order"};
  }
  if (left_ > kWebSocketMessageBytesMax - text_.size()) {
    return Failure{kTooLarge,
                   fmt::format("a message may have {} bytes", kWebSocketMessageBytesMax)};
  }
  if (++fragments_ > kWebSocketFragmentsMax && !final) {
    return Failure{kTooLarge,
                   fmt::format("a message may have {} fragments", kWebSocketFragmentsMax)};
  }
  return std::nullopt;
}

std::optional<Failure> FrameReader::end_frame(std::vector<Message>& messages) {
  in_payload_ = false;
  header_has_ = 0;
  if (is_control()) {
    messages.push_back({opcode_, std::exchange(control_, {})});
    return std::nullopt;
  }
  if (!final_) return std::nullopt;
  fragments_ = 0;
  if (!json::is_utf8(text_)) return Failure{kNotUtf8, "text must be UTF-8"};
  messages.push_back({Opcode::kText, std::exchange(text_, {})});
  return std::nullopt;
}

std::optional<Failure> FrameReader::read(std::string_view bytes, std::vector<Message>& messages) {
  while (!bytes.empty()) {
    if (!in_payload_) {
      header_[header_has_++] = static_cast<std::uint8_t>(bytes.front());
      bytes.remove_prefix(1);
      if (header_has_ == 2 && (header_[1] & kMaskBit) == 0) {
        return Failure{kProtocolError, "a client masks its frames"};
      }
      if (header_has_ < header_size()) continue;
      if (auto failure = begin_frame()) return failure;
    }
    const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
    std::string& into = is_control() ? control_ : text_;
    for (const char byte : bytes.substr(0, size)) {
      into.push_back(static_cast<char>(static_cast<std::uint8_t>(byte) ^ mask_[masked_++ % 4]));
    }
    bytes.remove_prefix(size);
    left_ -= size;
    if (left_ > 0) continue;
    if (auto failure = end_frame(messages)) return failure;
  }
  return std::nullopt;
}

}  // namespace syrah::net
