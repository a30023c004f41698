#pragma once

// Streams of order messages in files, and the digest of the trades that a book makes of one. Every
// book that is right makes the same trades in the same order, so it has the same digest.
//
// A file is a header of 64 bytes and messages of 32, little endian: first those that fill the book,
// which are not measured, then those that are. A replacement loses its place.

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

namespace syrah::bench {

enum class MessageType : std::uint8_t { kNew, kCancel, kReplace, kMarket, kImmediate };

struct Message {
  MessageType type = MessageType::kNew;
  std::uint8_t side = 0;  ///< 0 buy, 1 sell; also of cancels and replacements
  std::uint16_t unused_a = 0;
  std::uint32_t instrument = 0;  ///< from 0
  std::uint64_t id = 0;
  std::uint64_t unused_b = 0;
  std::int32_t price = 0;  ///< ticks
  std::uint32_t quantity = 0;
};
static_assert(sizeof(Message) == 32);

struct StreamHeader {
  char magic[8] = {'P', 'E', 'R', 'F', 'A', 'N', 'C', '1'};
  std::uint32_t instruments = 0;
  std::uint32_t unused = 0;
  std::uint64_t filling = 0;   ///< messages that fill the book
  std::uint64_t measured = 0;  ///< messages after them
  std::uint64_t id_max = 0;
  std::int32_t price_min = 0;
  std::int32_t price_max = 0;
  std::uint64_t unused_b[2] = {0, 0};
};
static_assert(sizeof(StreamHeader) == 64);

struct Stream {
  StreamHeader header;
  std::vector<Message> messages;

  /// False if it cannot be read.
  bool load(const std::string& file) {
    std::FILE* const in = std::fopen(file.c_str(), "rb");
    if (in == nullptr) return false;
    bool good = std::fread(&header, sizeof header, 1, in) == 1 &&
                std::memcmp(header.magic, StreamHeader{}.magic, sizeof header.magic) == 0;
    if (good) messages.resize(header.filling + header.measured);
    good = good &&
           std::fread(messages.data(), sizeof(Message), messages.size(), in) == messages.size();
    std::fclose(in);
    return good;
  }

  bool save(const std::string& file) const {
    std::FILE* const out = std::fopen(file.c_str(), "wb");
    if (out == nullptr) return false;
    const bool good =
        std::fwrite(&header, sizeof header, 1, out) == 1 &&
        std::fwrite(messages.data(), sizeof(Message), messages.size(), out) == messages.size();
    return std::fclose(out) == 0 && good;
  }
};

struct TradeRecord {
  std::uint64_t maker = 0;
  std::uint64_t taker = 0;
  std::int32_t price = 0;
  std::uint32_t quantity = 0;
};

/// Where a book under test writes its trades; enough room was made before.
class TradeLog {
 public:
  explicit TradeLog(std::size_t size) : trades_(size) {}
  void add(const TradeRecord& trade) { trades_[size_++] = trade; }
  void clear() { size_ = 0; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] const TradeRecord& operator[](std::size_t at) const { return trades_[at]; }

 private:
  std::vector<TradeRecord> trades_;
  std::size_t size_ = 0;
};

struct Digest {
  std::uint64_t trades = 0;
  std::uint64_t quantity = 0;
  std::uint64_t notional = 0;
  std::uint64_t chain = 0xCBF29CE484222325ULL;
  std::uint64_t rejects = 0;

  void add(const TradeRecord& trade) {
    ++trades;
    quantity += trade.quantity;
    notional += static_cast<std::uint64_t>(trade.price) * trade.quantity;
    mix(trade.maker);
    mix(trade.taker);
    mix(static_cast<std::uint64_t>(trade.price) << 32U | trade.quantity);
  }

  [[nodiscard]] std::string text() const {
    char buffer[200];
    std::snprintf(
        buffer, sizeof buffer, "trades=%llu qty=%llu notional=%llu chain=%016llx rejects=%llu",
        static_cast<unsigned long long>(trades), static_cast<unsigned long long>(quantity),
        static_cast<unsigned long long>(notional), static_cast<unsigned long long>(chain),
        static_cast<unsigned long long>(rejects));
    return buffer;
  }

 private:
  void mix(std::uint64_t value) {
    chain ^= value;
    chain *= 0x100000001B3ULL;
    chain ^= chain >> 29U;
  }
};

}  // namespace syrah::bench
