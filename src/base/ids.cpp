#include "base/ids.h"

#include <charconv>
#include <span>

#include "base/hex.h"

namespace syrah::base {
namespace {

constexpr std::size_t kNodeIdDigits = 64;
constexpr std::size_t kSeqDigitsMax = 20;  // of 64 bits
constexpr std::size_t kBriefDigits = 8;
constexpr std::size_t kPrefixBytes = 8;
constexpr std::size_t kPublicIdSize = 36;

bool has_upper_case(std::string_view text) {
  return text.find_first_of("ABCDEF") != std::string_view::npos;
}

std::array<std::uint8_t, 8> big_endian(std::uint64_t number) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(number >> (8 * (bytes.size() - 1 - i)));
  }
  return bytes;
}

std::uint64_t from_big_endian(std::span<const std::uint8_t> bytes) {
  std::uint64_t number = 0;
  for (const std::uint8_t byte : bytes) number = (number << 8U) | byte;
  return number;
}

}  // namespace

InlineText<kNodeIdDigits> NodeId::inline_text() const {
  InlineText<kNodeIdDigits> text;
  write_hex(bytes, text.extend(kNodeIdDigits));
  return text;
}

std::string NodeId::text() const { return to_hex(bytes); }

std::string NodeId::brief() const { return text().substr(0, kBriefDigits); }

std::uint64_t NodeId::prefix() const {
  return from_big_endian(std::span(bytes).first<kPrefixBytes>());
}

Result<NodeId> NodeId::parse(std::string_view text) {
  NodeId id;
  // One id has one text: ids are compared, hashed and signed as text too.
  if (text.size() != kNodeIdDigits || has_upper_case(text) || !from_hex(text, id.bytes)) {
    return invalid("node id: must be 64 lower-case hexadecimal digits");
  }
  return id;
}

InlineText<kNodeIdDigits + 1 + kSeqDigitsMax> EntryId::inline_text() const {
  InlineText<kNodeIdDigits + 1 + kSeqDigitsMax> text(home.inline_text());
  text += ":";
  std::array<char, kSeqDigitsMax> digits{};
  const char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), seq).ptr;
  text += {digits.data(), static_cast<std::size_t>(end - digits.data())};
  return text;
}

std::string EntryId::text() const { return inline_text().string(); }

Result<EntryId> EntryId::parse(std::string_view text) {
  const auto wrong = [] {
    return invalid("entry id: must be 64 lower-case hexadecimal digits, ':' and a number");
  };
  if (text.size() < kNodeIdDigits + 2 || text[kNodeIdDigits] != ':') return wrong();
  const Result<NodeId> home = NodeId::parse(text.substr(0, kNodeIdDigits));
  if (!home) return wrong();

  const std::string_view number = text.substr(kNodeIdDigits + 1);
  if (number.size() > 1 && number.front() == '0') return wrong();
  EntryId id{*home, 0};
  const char* const end = number.data() + number.size();
  const auto [stop, error] = std::from_chars(number.data(), end, id.seq);
  if (error != std::errc{} || stop != end) return wrong();
  return id;
}

InlineText<kPublicIdSize> PublicId::inline_text() const {
  std::array<char, 4 * sizeof(std::uint64_t)> digits{};
  write_hex(big_endian(home_prefix), digits.data());
  write_hex(big_endian(seq), digits.data() + digits.size() / 2);
  InlineText<kPublicIdSize> text;
  std::size_t at = 0;
  for (const std::size_t size : {8U, 4U, 4U, 4U, 12U}) {
    if (at > 0) text += "-";
    text += {digits.data() + at, size};
    at += size;
  }
  return text;
}

std::string PublicId::text() const { return inline_text().string(); }

Result<PublicId> PublicId::parse(std::string_view text) {
  const auto wrong = [] {
    return invalid("id: must be 32 hexadecimal digits in groups of 8-4-4-4-12");
  };
  if (text.size() != kPublicIdSize) return wrong();
  InlineText<32> digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash != (text[i] == '-')) return wrong();
    if (!dash) digits += text.substr(i, 1);
  }
  std::array<std::uint8_t, 16> bytes{};
  if (!from_hex(digits, bytes)) return wrong();
  return PublicId{from_big_endian(std::span(bytes).first<8>()),
                  from_big_endian(std::span(bytes).last<8>())};
}

}  // namespace syrah::base
