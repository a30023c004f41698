#include "subscriber.h"

#include <fmt/format.h>

#include <algorithm>
#include <asio/buffer.hpp>
#include <asio/write.hpp>
#include <charconv>
#include <chrono>

#include "node_api.h"

namespace syrah::replay {
namespace {

constexpr std::size_t kPart = 256 * 1024;

/// A text frame of a client, masked with zeros.
std::string frame(const std::string& text) {
  std::string bytes = "\x81";
  if (text.size() < 126) {
    bytes.push_back(static_cast<char>(0x80 | text.size()));
  } else {
    bytes.push_back(static_cast<char>(0x80 | 126));
    bytes.push_back(static_cast<char>(text.size() >> 8U));
    bytes.push_back(static_cast<char>(text.size() & 0xFF));
  }
  return bytes.append(4, '\0').append(text);
}

std::int64_t number_after(std::string_view text, std::string_view name) {
  const std::size_t at = text.find(name);
  std::int64_t value = 0;
  if (at == std::string_view::npos) return 0;
  const char* const begin = text.data() + at + name.size();
  std::from_chars(begin, text.data() + text.size(), value);
  return value;
}

}  // namespace

std::size_t FeedCounts::age_percentile_ms(double share) const {
  std::uint64_t all = 0;
  for (const std::uint64_t count : ages) all += count;
  const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(all));
  std::uint64_t so_far = 0;
  for (std::size_t ms = 0; ms < ages.size(); ++ms) {
    so_far += ages[ms];
    if (so_far > wanted) return ms;
  }
  return ages.size();
}

Subscriber::Subscriber(asio::io_context& io, asio::ip::tcp::endpoint node, std::string channel,
                       FeedCounts& counts)
    : socket_(io), node_(node), channel_(std::move(channel)), counts_(counts) {}

void Subscriber::start() {
  socket_.connect(node_);
  std::string hello =
      "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  asio::write(socket_, asio::buffer(hello));
  read();
}

void Subscriber::read() {
  const std::size_t size = in_.size();
  in_.resize(size + kPart);
  socket_.async_read_some(asio::buffer(in_.data() + size, kPart),
                          [this, size](const asio::error_code& error, std::size_t count) {
                            if (error) {
                              if (error != asio::error::operation_aborted) ++counts_.closed;
                              return;
                            }
                            in_.resize(size + count);
                            counts_.bytes += count;
                            take();
                            read();
                          });
}

void Subscriber::take() {
  if (!upgraded_) {
    const std::size_t end = in_.find("\r\n\r\n");
    if (end == std::string::npos) return;
    read_ = end + 4;
    upgraded_ = true;
    asio::write(socket_, asio::buffer(frame(fmt::format(
                             R"({{"type":"subscribe","product_ids":["{}"],"channels":["{}"]}})",
                             kProduct, channel_))));
  }
  while (in_.size() - read_ >= 2) {
    const auto byte = [&](std::size_t at) {
      return static_cast<std::size_t>(static_cast<unsigned char>(in_[read_ + at]));
    };
    std::size_t size = byte(1);
    const std::size_t extended = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (in_.size() - read_ < 2 + extended) break;
    if (extended > 0) size = 0;
    for (std::size_t i = 0; i < extended; ++i) size = size << 8U | byte(2 + i);
    if (in_.size() - read_ < 2 + extended + size) break;
    if ((byte(0) & 0x0F) == 1) {
      message(std::string_view(in_).substr(read_ + 2 + extended, size));
    }
    read_ += 2 + extended + size;
  }
  in_.erase(0, read_);
  read_ = 0;
}

void Subscriber::message(std::string_view text) {
  ++counts_.messages;
  subscribed_ = true;
  const std::int64_t sequence = number_after(text.substr(0, 160), R"("sequence":)");
  if (sequence == 0) return;
  const bool follows = channel_ == "full" ? sequence == sequence_ + 1 : sequence > sequence_;
  if (sequence_ != 0 && !follows) ++counts_.gaps;
  sequence_ = sequence;
  if (counts_.messages % 16 == 0) note_age(text);
}

/// Hours, minutes, seconds and milliseconds of the time in the message.
void Subscriber::note_age(std::string_view text) {
  const std::size_t at = text.find(R"("time":"2)");
  if (at == std::string_view::npos) return;
  const std::string_view time = text.substr(at + 19, 12);  // 07:30:00.123
  const auto digits = [&](std::size_t from, std::size_t count) {
    std::int64_t value = 0;
    std::from_chars(time.data() + from, time.data() + from + count, value);
    return value;
  };
  const std::int64_t then =
      ((digits(0, 2) * 60 + digits(3, 2)) * 60 + digits(6, 2)) * 1000 + digits(9, 3);
  constexpr std::int64_t kDayMs = 24 * 3600 * 1000;
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count() %
                   kDayMs;
  const auto age = static_cast<std::size_t>(std::max<std::int64_t>(now - then, 0));
  ++counts_.ages[std::min(age, counts_.ages.size() - 1)];
}

}  // namespace syrah::replay
