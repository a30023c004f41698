#include "net/avahi_poll.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "base/check.h"
#include "net/mdns_filter.h"
#include "net/mdns_limits.h"

namespace syrah::net {

struct AvahiSurroundings {
  asio::io_context& io;
  OnLog on_log;
  std::size_t living = 0;  ///< watches and timeouts that Avahi has not freed
  std::array<std::byte, kMdnsPacketBytesMax> packet{};
};

namespace {

using std::chrono::microseconds;

bool is_udp(int descriptor) {
  int kind = 0;
  int family = 0;
  socklen_t size = sizeof(int);
  return ::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &kind, &size) == 0 && kind == SOCK_DGRAM &&
         ::getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &family, &size) == 0 &&
         (family == AF_INET || family == AF_INET6);
}

/// False if Avahi must not read the next packet; it is gone then.
bool admit_packet(int descriptor, std::span<std::byte> buffer) {
  const ssize_t size =
      ::recv(descriptor, buffer.data(), buffer.size(), MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT);
  if (size < 0) return true;  // an error, for Avahi to take off the socket
  const auto bytes = static_cast<std::size_t>(size);
  if (bytes <= buffer.size() && is_safe_mdns_packet(buffer.first(bytes))) return true;
  [[maybe_unused]] const ssize_t ignored = ::recv(descriptor, buffer.data(), 0, MSG_DONTWAIT);
  return false;
}

/// Avahi names times of the wall clock.
microseconds from_now(const timeval& when) {
  const microseconds since_epoch = std::chrono::seconds(when.tv_sec) + microseconds(when.tv_usec);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::max(std::chrono::duration_cast<microseconds>(since_epoch - now), microseconds(0));
}

}  // namespace

// A watch or timeout may be freed within its own callback, and waits that were cancelled still
// complete: these parts live on until the last wait is over, with no one to call.

struct AvahiWatchState : std::enable_shared_from_this<AvahiWatchState> {
  AvahiWatchState(std::shared_ptr<AvahiSurroundings> around, int watched)
      : surroundings(std::move(around)),
        descriptor(surroundings->io),
        number(watched),
        carries_packets(is_udp(watched)) {}

  void arm() {
    wait(AVAHI_WATCH_IN, asio::posix::stream_descriptor::wait_read, waits_to_read);
    wait(AVAHI_WATCH_OUT, asio::posix::stream_descriptor::wait_write, waits_to_write);
  }

  void wait(int event, asio::posix::stream_descriptor::wait_type kind, bool& waits) {
    if ((wanted & event) == 0 || waits || !descriptor.is_open()) return;
    waits = true;
    descriptor.async_wait(kind,
                          [state = shared_from_this(), &waits](const asio::error_code& error) {
                            waits = false;
                            if (!error) state->look();
                          });
  }

  void look() {
    if (owner == nullptr) return;
    pollfd polled{.fd = number, .events = static_cast<std::int16_t>(wanted), .revents = 0};
    ::poll(&polled, 1, 0);
    // Avahi ends the program when told of anything that it did not ask for.
    happened = polled.revents & wanted;
    if (happened != 0) {
      tell();
    } else if ((polled.revents & POLLERR) != 0) {
      int error = 0;
      socklen_t size = sizeof(error);
      ::getsockopt(number, SOL_SOCKET, SO_ERROR, &error, &size);  // takes it off the socket
    }
    happened = 0;
    if (owner != nullptr) arm();
  }

  void tell() const {
    const bool is_packet = carries_packets && (happened & AVAHI_WATCH_IN) != 0;
    if (is_packet && !admit_packet(number, surroundings->packet)) return;
    const AvahiLogScope scope(surroundings->on_log);
    callback(owner, number, static_cast<AvahiWatchEvent>(happened), userdata);
  }

  std::shared_ptr<AvahiSurroundings> surroundings;
  asio::posix::stream_descriptor descriptor;
  int number;
  bool carries_packets;
  AvahiWatch* owner = nullptr;  ///< null once freed
  AvahiWatchCallback callback = nullptr;
  void* userdata = nullptr;
  int wanted = 0;
  int happened = 0;
  bool waits_to_read = false;
  bool waits_to_write = false;
};

struct AvahiTimeoutState : std::enable_shared_from_this<AvahiTimeoutState> {
  explicit AvahiTimeoutState(std::shared_ptr<AvahiSurroundings> around)
      : surroundings(std::move(around)), timer(surroundings->io) {}

  void set(const timeval* when) {
    const std::uint64_t mine = ++turn;
    timer.cancel();
    if (when == nullptr) return;
    timer.expires_after(from_now(*when));
    timer.async_wait([state = shared_from_this(), mine](const asio::error_code& error) {
      if (error || state->owner == nullptr || state->turn != mine) return;
      const AvahiLogScope scope(state->surroundings->on_log);
      state->callback(state->owner, state->userdata);
    });
  }

  std::shared_ptr<AvahiSurroundings> surroundings;
  asio::steady_timer timer;
  AvahiTimeout* owner = nullptr;  ///< null once freed
  AvahiTimeoutCallback callback = nullptr;
  void* userdata = nullptr;
  std::uint64_t turn = 0;  ///< a wait may be due already when it is cancelled
};

}  // namespace syrah::net

// The types that Avahi leaves to its main loop.

struct AvahiWatch {
  std::shared_ptr<syrah::net::AvahiWatchState> state;
};

struct AvahiTimeout {
  std::shared_ptr<syrah::net::AvahiTimeoutState> state;
};

namespace syrah::net {
namespace {

std::shared_ptr<AvahiSurroundings> surroundings_of(const AvahiPoll* api) {
  return *static_cast<std::shared_ptr<AvahiSurroundings>*>(api->userdata);
}

AvahiWatch* watch_new(const AvahiPoll* api, int descriptor, AvahiWatchEvent wanted,
                      AvahiWatchCallback callback, void* userdata) {
  const auto state = std::make_shared<AvahiWatchState>(surroundings_of(api), descriptor);
  auto* const watch = new AvahiWatch{state};
  state->owner = watch;
  state->callback = callback;
  state->userdata = userdata;
  state->wanted = wanted;
  ++state->surroundings->living;
  asio::error_code error;
  state->descriptor.assign(descriptor, error);
  state->arm();
  return watch;
}

void watch_update(AvahiWatch* watch, AvahiWatchEvent wanted) {
  watch->state->wanted = wanted;
  watch->state->arm();
}

AvahiWatchEvent watch_get_events(AvahiWatch* watch) {
  return static_cast<AvahiWatchEvent>(watch->state->happened);
}

void watch_free(AvahiWatch* watch) {
  AvahiWatchState& state = *watch->state;
  state.owner = nullptr;
  if (state.descriptor.is_open()) state.descriptor.release();  // Avahi closes it
  --state.surroundings->living;
  delete watch;
}

AvahiTimeout* timeout_new(const AvahiPoll* api, const timeval* when, AvahiTimeoutCallback callback,
                          void* userdata) {
  const auto state = std::make_shared<AvahiTimeoutState>(surroundings_of(api));
  auto* const timeout = new AvahiTimeout{state};
  state->owner = timeout;
  state->callback = callback;
  state->userdata = userdata;
  ++state->surroundings->living;
  state->set(when);
  return timeout;
}

void timeout_update(AvahiTimeout* timeout, const timeval* when) { timeout->state->set(when); }

void timeout_free(AvahiTimeout* timeout) {
  timeout->state->owner = nullptr;
  timeout->state->timer.cancel();
  --timeout->state->surroundings->living;
  delete timeout;
}

}  // namespace

AvahiLoop::AvahiLoop(asio::io_context& io, OnLog on_log)
    : surroundings_(new AvahiSurroundings{.io = io, .on_log = std::move(on_log)}) {
  api_.userdata = &surroundings_;
  api_.watch_new = watch_new;
  api_.watch_update = watch_update;
  api_.watch_get_events = watch_get_events;
  api_.watch_free = watch_free;
  api_.timeout_new = timeout_new;
  api_.timeout_update = timeout_update;
  api_.timeout_free = timeout_free;
}

AvahiLoop::~AvahiLoop() { SYRAH_CHECK(surroundings_->living == 0, "Avahi still watches"); }

}  // namespace syrah::net
