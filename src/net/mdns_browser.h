#pragma once

// Follows the services that other nodes announce, on every interface and IP version, and says by
// which address each is best dialled. What it reports is what strangers claim: who really listens
// there shows in the handshake.

#include <avahi-core/core.h>
#include <avahi-core/lookup.h>

#include <asio/ip/address.hpp>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/endpoint.h"
#include "base/ids.h"
#include "net/avahi_log.h"

namespace syrah::net {

struct MdnsPeer {
  base::Endpoint endpoint;
  std::string node_id;  ///< as claimed: 64 hexadecimal digits
  std::string network;  ///< the same as one's own
  std::string version;  ///< of the protocol between nodes: 1 to 9 digits

  bool operator==(const MdnsPeer&) const = default;
};

struct MdnsChanges {
  std::vector<MdnsPeer> found;  ///< new, or to be dialled elsewhere than before
  std::vector<MdnsPeer> gone;
};

/// Frees nothing itself: avahi_server_free() ends all lookups, and comes before the destructor.
class MdnsBrowser {
 public:
  /// `on_change`: report() has something new to say. Called from within Avahi.
  MdnsBrowser(AvahiServer* server, base::NodeId self, std::string network,
              std::function<void()> on_change, OnLog on_log);
  ~MdnsBrowser();
  MdnsBrowser(const MdnsBrowser&) = delete;
  MdnsBrowser& operator=(const MdnsBrowser&) = delete;

  /// False if Avahi refuses.
  bool start();

  /// What changed since the last call. With `again`, peers that are still there count as found.
  MdnsChanges report(bool again);

 private:
  /// An interface and an IP version on it.
  struct Link {
    AvahiIfIndex interface_index = AVAHI_IF_UNSPEC;
    AvahiProtocol protocol = AVAHI_PROTO_UNSPEC;
    auto operator<=>(const Link&) const = default;
  };
  struct Way;
  struct Instance;

  static void browsed(AvahiSServiceBrowser* browser, AvahiIfIndex interface_index,
                      AvahiProtocol protocol, AvahiBrowserEvent event, const char* name,
                      const char* type, const char* domain, AvahiLookupResultFlags flags,
                      void* userdata);
  static void resolved(AvahiSServiceResolver* resolver, AvahiIfIndex interface_index,
                       AvahiProtocol protocol, AvahiResolverEvent event, const char* name,
                       const char* type, const char* domain, const char* host,
                       const AvahiAddress* address, std::uint16_t port, AvahiStringList* txt,
                       AvahiLookupResultFlags flags, void* userdata);

  void appeared(const std::string& name, const Link& link);
  /// Looks the instance up, anew if it was before.
  void resolve(Way& way, const std::string& name, const Link& link);
  void vanished(const std::string& name, const Link& link);
  /// The peer that an answer speaks of; nothing if it is none that can be dialled.
  [[nodiscard]] std::optional<MdnsPeer> judge(const asio::ip::address& address, std::uint16_t port,
                                              AvahiStringList* txt) const;

  AvahiServer* server_;
  base::NodeId self_;
  std::string network_;
  std::function<void()> on_change_;
  OnLog on_log_;
  std::map<std::string, Instance> instances_;
  bool told_full_ = false;
};

}  // namespace syrah::net
