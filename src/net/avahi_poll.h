#pragma once

// Avahi's main loop interface on an Asio loop. Avahi does everything in callbacks from here, in the
// loop's thread. Packets that would harm it are dropped before it sees them (mdns_filter.h).

#include <avahi-common/watch.h>

#include <asio/io_context.hpp>
#include <memory>

#include "net/avahi_log.h"

namespace syrah::net {

struct AvahiSurroundings;

class AvahiLoop {
 public:
  /// `on_log` gets what Avahi has to say.
  AvahiLoop(asio::io_context& io, OnLog on_log);
  /// Only when everything that Avahi made with api() is freed.
  ~AvahiLoop();
  AvahiLoop(const AvahiLoop&) = delete;
  AvahiLoop& operator=(const AvahiLoop&) = delete;

  [[nodiscard]] const AvahiPoll* api() const { return &api_; }

 private:
  std::shared_ptr<AvahiSurroundings> surroundings_;
  AvahiPoll api_{};
};

}  // namespace syrah::net
