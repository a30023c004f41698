#pragma once

// Finds other nodes on the local network and is found by them: multicast DNS and DNS service
// discovery (RFC 6762, RFC 6763) by Avahi's embedded stack, in the loop's thread, without a daemon.
// It runs beside other stacks on the machine.
//
// The service is _syrah._tcp; its TXT record has `id` (the node), `v` (the protocol's version) and
// `net` (the network). A node knows others by `id`, never by the service's name, which is for
// people.
//
// Anyone on the local network can announce anything: whom one reached shows in the handshake. What
// is kept of them is bounded by mdns_limits.h.

#include <asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/log.h"
#include "base/result.h"
#include "net/mdns_browser.h"

namespace syrah::net {

struct MdnsSettings {
  std::string node_id;                  ///< 64 hexadecimal digits
  std::string name;                     ///< for people; shortened and replaced as needed
  std::string network = "main";         ///< 1 to 64 printable characters
  int protocol_version = 1;             ///< 0 or more
  std::uint16_t port = 0;               ///< where the node accepts peers; not 0
  std::string listen_host = "0.0.0.0";  ///< and at which address: only that is announced
};

/// All are called from the loop, never from within a call of Mdns, but `on_log`, which may be, and
/// which must not call back.
struct MdnsEvents {
  /// A node of this network: new, or at another address, or (once a minute) still there.
  std::function<void(const MdnsPeer&)> on_found = {};
  /// It said goodbye or does not answer. Tells nothing of connections to it.
  std::function<void(const MdnsPeer&)> on_gone = {};
  OnLog on_log = {};
};

class Mdns {
 public:
  Mdns(asio::io_context& io, MdnsSettings settings, MdnsEvents events);
  /// Stops.
  ~Mdns();
  Mdns(const Mdns&) = delete;
  Mdns& operator=(const Mdns&) = delete;

  /// Begins to announce and to browse. No interface needs to be up yet. An error is logged as a
  /// warning too: nothing else of the node depends on mDNS.
  base::Status start();
  /// Says goodbye, before it returns. May be started again. Allowed in on_found and on_gone, and so
  /// is the destructor.
  void stop();

  /// The name that was announced and that nobody else has; empty until then.
  [[nodiscard]] std::string announced_name() const;

 private:
  struct Parts;
  std::shared_ptr<Parts> parts_;
};

}  // namespace syrah::net
