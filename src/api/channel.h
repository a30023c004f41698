#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace syrah::api {

/// What can be subscribed to, in the words of the Coinbase Exchange feed.
enum class Channel : std::uint8_t {
  kHeartbeat,
  kStatus,
  kTicker,
  kTickerBatch,
  kLevel2,
  kLevel2Batch,
  kMatches,
  kFull,
  kUser,
};

inline constexpr std::array kChannels{
    Channel::kHeartbeat,   Channel::kStatus, Channel::kTicker,
    Channel::kTickerBatch, Channel::kLevel2, Channel::kLevel2Batch,
    Channel::kMatches,     Channel::kFull,   Channel::kUser,
};

std::string_view to_text(Channel channel);
std::optional<Channel> channel_from(std::string_view text);

}  // namespace syrah::api
