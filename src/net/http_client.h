#pragma once

// HTTP POSTs that are made while the loop goes on: to Grapes and to other peers' RPC servers, which
// are strangers. Replies have bounds (limits.h) and a time limit; no redirect is followed, no proxy
// used, nothing unpacked. HTTP/1.1 with connections kept for the next call. Everything is on the
// loop's thread.
//
// A call that meets a kept connection which the server has just closed, before any byte of an
// answer, is made once more on a fresh one. So a server may see a call twice.

#include <asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>

#include "grenache/io.h"

namespace syrah::net {

class HttpClient {
 public:
  using OnAnswer = std::function<void(std::uint64_t call, grenache::HttpAnswer)>;

  /// `on_answer` is called once for each call, never from within `post`. It may do anything with
  /// the client, destroy it included.
  HttpClient(asio::io_context& io, OnAnswer on_answer);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// The call's number must not be that of one under way. Any status is an answer.
  void post(grenache::HttpCall call);

  /// Drops all calls without an answer to them.
  void cancel_all();

  /// Calls under way.
  [[nodiscard]] std::size_t active() const;

 private:
  struct Parts;
  std::shared_ptr<Parts> parts_;
};

}  // namespace syrah::net
