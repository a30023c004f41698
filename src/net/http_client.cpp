#include "net/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include "base/check.h"
#include "net/curl_call.h"
#include "net/curl_handles.h"
#include "net/limits.h"

namespace syrah::net {
namespace {

/// A call under way, with its end.
struct Call {
  Call(asio::io_context& io, grenache::HttpCall asked) : curl(std::move(asked)), deadline(io) {}

  CurlCall curl;
  asio::steady_timer deadline;
};

/// A socket of libcurl's that it wants watched.
struct Watch {
  explicit Watch(asio::io_context& io) : descriptor(io) {}

  asio::posix::stream_descriptor descriptor;
  bool wanted[2] = {false, false};   ///< by libcurl, to read and to write
  bool waiting[2] = {false, false};  ///< for the loop's word, likewise
};
constexpr std::size_t kRead = 0;
constexpr std::size_t kWrite = 1;

std::string timeout_reason(std::int64_t timeout_ms) {
  return timeout_ms % 1000 == 0 ? fmt::format("no answer in {} s", timeout_ms / 1000)
                                : fmt::format("no answer in {} ms", timeout_ms);
}

}  // namespace

struct HttpClient::Parts : std::enable_shared_from_this<Parts> {
  Parts(asio::io_context& context, OnAnswer told)
      : io(context), on_answer(std::move(told)), timer(context) {}
  ~Parts();

  void post(grenache::HttpCall call);
  void fail(std::uint64_t call, std::string why);
  void start_deadline(Call& call);
  void finish(std::uint64_t call, grenache::HttpAnswer answer);
  void drop_all();

  // libcurl calls these. They must not call libcurl.
  static int socket_wanted(CURL*, curl_socket_t socket, int what, void* user, void*);
  static int timer_wanted(CURLM*, long timeout_ms, void* user);

  void wait(const std::shared_ptr<Watch>& watch, std::size_t direction);
  void ready(const std::shared_ptr<Watch>& watch, std::size_t direction, bool error);
  void act(curl_socket_t socket, int events) const;
  void collect();
  void report();

  asio::io_context& io;
  OnAnswer on_answer;
  asio::steady_timer timer;
  std::map<curl_socket_t, std::shared_ptr<Watch>> watches;
  MultiHandle multi{curl_multi_init()};
  std::map<std::uint64_t, std::unique_ptr<Call>> calls;
  std::deque<std::pair<std::uint64_t, grenache::HttpAnswer>> answers;  ///< not yet reported
};

HttpClient::HttpClient(asio::io_context& io, OnAnswer on_answer) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  SYRAH_CHECK(started == CURLE_OK, "libcurl does not start");
  parts_ = std::make_shared<Parts>(io, std::move(on_answer));
  CURLM* const multi = parts_->multi.get();
  SYRAH_CHECK(multi != nullptr, "libcurl does not start");
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Parts::socket_wanted);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, parts_.get());
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Parts::timer_wanted);
  curl_multi_setopt(multi, CURLMOPT_TIMERDATA, parts_.get());
  curl_multi_setopt(multi, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(kHttpIdleConnectionsMax));
}

HttpClient::~HttpClient() { parts_->drop_all(); }

HttpClient::Parts::~Parts() {
  drop_all();
  multi.reset();  // takes its leave of the remaining watches
  for (const auto& [socket, watch] : watches) {
    watch->descriptor.release();
  }
}

void HttpClient::post(grenache::HttpCall call) { parts_->post(std::move(call)); }

void HttpClient::cancel_all() { parts_->drop_all(); }

std::size_t HttpClient::active() const { return parts_->calls.size(); }

void HttpClient::Parts::post(grenache::HttpCall asked) {
  const std::uint64_t number = asked.call;
  if (calls.size() >= kHttpCallsMax) {
    fail(number, fmt::format("{} calls are under way already", kHttpCallsMax));
    return;
  }
  const auto [entry, fresh] = calls.emplace(number, std::make_unique<Call>(io, std::move(asked)));
  SYRAH_CHECK(fresh, "the number of a call was used twice");
  // Only sets the timer: the call starts in the loop.
  const CURLMcode added = curl_multi_add_handle(multi.get(), entry->second->curl.handle());
  SYRAH_CHECK(added == CURLM_OK, curl_multi_strerror(added));
  start_deadline(*entry->second);
}

// Not left to CURLOPT_TIMEOUT_MS, which libcurl 7.88 may look at too early and then only at its
// next timer: 1 ms became 200 ms. A call must end, whatever becomes of its connection.
void HttpClient::Parts::start_deadline(Call& call) {
  call.deadline.expires_after(std::chrono::milliseconds(call.curl.asked().timeout_ms));
  call.deadline.async_wait(
      [weak = weak_from_this(), number = call.curl.asked().call](const asio::error_code& error) {
        const auto parts = weak.lock();
        if (error || !parts) {
          return;
        }
        const auto found = parts->calls.find(number);
        // Else the deadline of a call that ended this moment.
        if (found != parts->calls.end() &&
            found->second->deadline.expiry() <= std::chrono::steady_clock::now()) {
          const std::int64_t timeout_ms = found->second->curl.asked().timeout_ms;
          parts->finish(number, {0, "", timeout_reason(timeout_ms)});
          parts->report();
        }
      });
}

void HttpClient::Parts::finish(std::uint64_t call, grenache::HttpAnswer answer) {
  const auto found = calls.find(call);
  answers.emplace_back(call, std::move(answer));
  curl_multi_remove_handle(multi.get(), found->second->curl.handle());
  calls.erase(found);
}

void HttpClient::Parts::fail(std::uint64_t call, std::string why) {
  answers.emplace_back(call, grenache::HttpAnswer{0, "", std::move(why)});
  asio::post(io, [weak = weak_from_this()] {
    if (const auto parts = weak.lock()) {
      parts->report();
    }
  });
}

void HttpClient::Parts::drop_all() {
  answers.clear();
  for (const auto& [number, call] : calls) {
    curl_multi_remove_handle(multi.get(), call->curl.handle());
  }
  calls.clear();
}

int HttpClient::Parts::timer_wanted(CURLM* /*multi*/, long timeout_ms, void* user) {
  Parts& parts = *static_cast<Parts*>(user);
  if (timeout_ms < 0) {
    parts.timer.cancel();
    return 0;
  }
  parts.timer.expires_after(std::chrono::milliseconds(timeout_ms));
  parts.timer.async_wait([weak = parts.weak_from_this()](const asio::error_code& error) {
    const auto alive = weak.lock();
    if (!error && alive) {
      alive->act(CURL_SOCKET_TIMEOUT, 0);
      alive->collect();
    }
  });
  return 0;
}

int HttpClient::Parts::socket_wanted(CURL* /*curl*/, curl_socket_t socket, int what, void* user,
                                     void* /*socket_user*/) {
  Parts& parts = *static_cast<Parts*>(user);
  const auto found = parts.watches.find(socket);
  if (what == CURL_POLL_REMOVE) {
    if (found != parts.watches.end()) {
      found->second->descriptor.release();  // libcurl closes it, or keeps it for the next call
      parts.watches.erase(found);
    }
    return 0;
  }
  std::shared_ptr<Watch> watch;
  if (found != parts.watches.end()) {
    watch = found->second;
  } else {
    watch = std::make_shared<Watch>(parts.io);
    asio::error_code error;
    watch->descriptor.assign(socket, error);
    if (error) {
      return 0;  // without the loop's word the call ends by its timeout
    }
    parts.watches.emplace(socket, watch);
  }
  watch->wanted[kRead] = (what & CURL_POLL_IN) != 0;
  watch->wanted[kWrite] = (what & CURL_POLL_OUT) != 0;
  parts.wait(watch, kRead);
  parts.wait(watch, kWrite);
  return 0;
}

void HttpClient::Parts::wait(const std::shared_ptr<Watch>& watch, std::size_t direction) {
  if (!watch->wanted[direction] || watch->waiting[direction]) {
    return;
  }
  watch->waiting[direction] = true;
  using Descriptor = asio::posix::stream_descriptor;
  watch->descriptor.async_wait(
      direction == kRead ? Descriptor::wait_read : Descriptor::wait_write,
      [weak = weak_from_this(), watch, direction](const asio::error_code& error) {
        watch->waiting[direction] = false;
        const auto parts = weak.lock();
        if (parts && watch->descriptor.is_open() && watch->wanted[direction]) {
          parts->ready(watch, direction, bool{error});
        }
      });
}

void HttpClient::Parts::ready(const std::shared_ptr<Watch>& watch, std::size_t direction,
                              bool error) {
  const int event = direction == kRead ? CURL_CSELECT_IN : CURL_CSELECT_OUT;
  act(watch->descriptor.native_handle(), error ? CURL_CSELECT_ERR : event);
  if (watch->descriptor.is_open()) {
    wait(watch, direction);
  }
  collect();
}

void HttpClient::Parts::act(curl_socket_t socket, int events) const {
  int running = 0;
  const CURLMcode code = curl_multi_socket_action(multi.get(), socket, events, &running);
  SYRAH_CHECK(code == CURLM_OK, curl_multi_strerror(code));
}

void HttpClient::Parts::collect() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
    if (message->msg != CURLMSG_DONE) {
      continue;
    }
    const CURLcode code = message->data.result;
    CurlCall& call = CurlCall::of(message->easy_handle);
    finish(call.asked().call, call.answer(code));
  }
  report();
}

// Only those that were there at the start: what is answered by further calls waits for its own
// turn of the loop.
void HttpClient::Parts::report() {
  const auto self = shared_from_this();
  for (std::size_t left = answers.size(); left > 0 && !answers.empty(); --left) {
    auto [call, answer] = std::move(answers.front());
    answers.pop_front();
    on_answer(call, std::move(answer));
  }
}

}  // namespace syrah::net
