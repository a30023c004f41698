#include "net/mdns_filter.h"

#include <cstdint>
#include <optional>

#include "net/mdns_limits.h"

namespace syrah::net {
namespace {

// RFC 1035, section 4.
constexpr std::size_t kHeaderBytes = 12;
constexpr std::size_t kQuestionTailBytes = 4;  // type, class
constexpr std::uint16_t kTypeCname = 5;
constexpr std::uint8_t kLabelBytesMax = 63;
constexpr std::uint8_t kPointerBits = 0xC0;

class Cursor {
 public:
  Cursor(std::span<const std::byte> packet, std::size_t at) : rest_(packet.subspan(at)) {}

  bool skip(std::size_t bytes) {
    if (rest_.size() < bytes) return false;
    rest_ = rest_.subspan(bytes);
    return true;
  }

  std::optional<std::uint16_t> number() {
    if (rest_.size() < 2) return std::nullopt;
    const auto value = static_cast<std::uint16_t>(std::to_integer<unsigned>(rest_[0]) << 8 |
                                                  std::to_integer<unsigned>(rest_[1]));
    rest_ = rest_.subspan(2);
    return value;
  }

  /// Labels up to the empty one or to a pointer, which is not followed.
  bool skip_name() {
    while (!rest_.empty()) {
      const auto length = std::to_integer<std::uint8_t>(rest_[0]);
      if (length == 0) return skip(1);
      if ((length & kPointerBits) == kPointerBits) return skip(2);
      if (length > kLabelBytesMax || !skip(std::size_t{1} + length)) return false;
    }
    return false;
  }

 private:
  std::span<const std::byte> rest_;
};

}  // namespace

bool is_safe_mdns_packet(std::span<const std::byte> packet) {
  if (packet.size() < kHeaderBytes || packet.size() > kMdnsPacketBytesMax) return false;
  Cursor counts(packet, 4);
  const std::size_t questions = *counts.number();
  std::size_t records = 0;
  for (int section = 0; section < 3; ++section) records += *counts.number();

  Cursor cursor(packet, kHeaderBytes);
  for (std::size_t i = 0; i < questions; ++i) {
    if (!cursor.skip_name() || !cursor.skip(kQuestionTailBytes)) return false;
  }
  for (std::size_t i = 0; i < records; ++i) {
    if (!cursor.skip_name()) return false;
    const auto type = cursor.number();
    if (!type || *type == kTypeCname || !cursor.skip(6)) return false;  // class, time to live
    const auto length = cursor.number();
    if (!length || !cursor.skip(*length)) return false;
  }
  return true;
}

}  // namespace syrah::net
