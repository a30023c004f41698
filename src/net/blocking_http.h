#pragma once

// One HTTP request that the caller waits for, as a command line does. Not for the node, whose loop
// must never wait.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace syrah::net {

struct HttpCall {
  std::string method;
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::int64_t timeout_ms = 10'000;
};

struct HttpReply {
  int status = 0;
  std::string body;
};

/// Any status is a reply. Errors: kInvalid for a bad URL, kUnavailable when there was no answer,
/// with the reason. Only http and https, no redirects, replies of up to 64 MiB.
base::Result<HttpReply> call_and_wait(const HttpCall& call);

}  // namespace syrah::net
