#include "api/channel.h"

namespace syrah::api {

std::string_view to_text(Channel channel) {
  switch (channel) {
    case Channel::kHeartbeat:
      return "heartbeat";
    case Channel::kStatus:
      return "status";
    case Channel::kTicker:
      return "ticker";
    case Channel::kTickerBatch:
      return "ticker_batch";
    case Channel::kLevel2:
      return "level2";
    case Channel::kLevel2Batch:
      return "level2_batch";
    case Channel::kMatches:
      return "matches";
    case Channel::kFull:
      return "full";
    case Channel::kUser:
      break;
  }
  return "user";
}

std::optional<Channel> channel_from(std::string_view text) {
  for (const Channel channel : kChannels) {
    if (to_text(channel) == text) return channel;
  }
  return std::nullopt;
}

}  // namespace syrah::api
