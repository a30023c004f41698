#pragma once

// What a client of the feed may say: subscribe and unsubscribe, in the form of the Coinbase
// Exchange feed, with two members of our own, `resume_from` and `cancel_on_disconnect`.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/auth.h"
#include "api/channel.h"
#include "base/result.h"

namespace syrah::api {

struct StreamWish {
  Channel channel = Channel::kHeartbeat;
  /// Empty: all that there are (unsubscribe), or none was named (status).
  std::vector<std::string> products;
  std::optional<std::int64_t> resume_from;  ///< sequence of the last message the client has
};

struct StreamSignature {
  std::string key, passphrase, timestamp, signature;
};

struct StreamRequest {
  bool subscribe = true;
  std::vector<StreamWish> wishes;
  std::optional<StreamSignature> signature;
  bool cancel_on_disconnect = false;
};

base::Result<StreamRequest> read_stream_request(std::string_view text);

/// As a request GET /users/self/verify with these four headers: that is what clients sign.
HttpRequest as_http(const StreamSignature& signature);

}  // namespace syrah::api
