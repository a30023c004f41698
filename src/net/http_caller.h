#pragma once

// HTTP requests that a command line makes: one that it waits for, or several under way at a time
// over connections that stay open. Not for the node, whose loop must never wait.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
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
  std::vector<std::pair<std::string, std::string>> headers = {};  ///< names in lower case

  /// "" if there is none of that name (lower case).
  [[nodiscard]] std::string header(std::string_view name) const;
};

/// Any status is a reply. Errors: kInvalid for a bad URL, kUnavailable when there was no answer,
/// with the reason. Only http and https, no redirects, replies of up to 64 MiB.
using HttpOutcome = base::Result<HttpReply>;

/// Requests under way, over libcurl. Connections stay open between them.
class HttpCalls {
 public:
  struct Answered {
    std::uint64_t number = 0;
    HttpOutcome outcome;
    std::int64_t took_us = 0;
  };

  HttpCalls();
  ~HttpCalls();
  HttpCalls(const HttpCalls&) = delete;
  HttpCalls& operator=(const HttpCalls&) = delete;

  /// `number` is the caller's own name for the request. All that are started go out at once.
  void start(std::uint64_t number, const HttpCall& call);
  /// Waits until something was answered, one of the descriptors `wake` can be read, or the time is
  /// over.
  std::vector<Answered> wait(std::int64_t timeout_ms, std::span<const int> wake = {});
  [[nodiscard]] std::size_t under_way() const;

  /// Makes one call while no other is under way, and waits for its outcome.
  HttpOutcome call(const HttpCall& call);

 private:
  class Engine;
  std::unique_ptr<Engine> engine_;
};

/// Seconds since 1970 of a Date header; nothing if it is none.
std::optional<std::int64_t> http_date_seconds(const std::string& text);

/// Makes one call, on a connection of its own, and waits for its outcome.
HttpOutcome call_and_wait(const HttpCall& call);

}  // namespace syrah::net
