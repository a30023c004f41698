#pragma once

// Announces this node: one service, and the addresses of its host name. Addresses have an entry
// group each, so that one that comes or goes leaves the others and the service as they are.

#include <avahi-core/core.h>
#include <avahi-core/publish.h>

#include <asio/ip/address.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "net/avahi_log.h"
#include "net/mdns_addresses.h"
#include "net/mdns_txt.h"

namespace syrah::net {

/// The type of the service, in RFC 6763's words.
inline constexpr const char* kMdnsServiceType = "_syrah._tcp";

struct MdnsService {
  std::string name;  ///< for people; another one is taken when it is not free
  std::uint16_t port = 0;
  asio::ip::address listen;  ///< decides which addresses are announced
  MdnsTxt txt;
};

/// Frees nothing itself: avahi_server_free() withdraws all, and comes before the destructor.
class MdnsPublisher {
 public:
  MdnsPublisher(AvahiServer* server, MdnsService service, OnLog on_log);
  MdnsPublisher(const MdnsPublisher&) = delete;
  MdnsPublisher& operator=(const MdnsPublisher&) = delete;

  /// Announces what is new of this machine's addresses and withdraws what is gone.
  void look();

  /// The name in use now.
  [[nodiscard]] const std::string& name() const { return service_.name; }
  /// Nobody else has the name, and it was announced.
  [[nodiscard]] bool established() const { return established_; }

 private:
  /// Where the service is announced.
  struct Scope {
    AvahiIfIndex interface_index = AVAHI_IF_UNSPEC;
    AvahiProtocol protocol = AVAHI_PROTO_UNSPEC;
    bool operator==(const Scope&) const = default;
  };

  static void service_changed(AvahiServer* server, AvahiSEntryGroup* group,
                              AvahiEntryGroupState state, void* publisher);
  static void address_changed(AvahiServer* server, AvahiSEntryGroup* group,
                              AvahiEntryGroupState state, void* publisher);

  [[nodiscard]] std::optional<Scope> scope_of(const std::vector<OwnAddress>& addresses) const;
  void announce_address(const OwnAddress& own);
  void announce_service();
  bool rename();
  void rename_host();
  void give_up(const std::string& why);
  void log(base::LogLevel level, std::string message, std::string reason) const;

  AvahiServer* server_;
  MdnsService service_;
  OnLog on_log_;
  AvahiSEntryGroup* group_ = nullptr;
  std::optional<Scope> scope_;
  std::map<OwnAddress, AvahiSEntryGroup*> addresses_;
  std::size_t renames_ = 0;
  bool established_ = false;
  bool host_taken_ = false;  ///< seen in a callback, which must not free its group
  bool gave_up_ = false;
};

}  // namespace syrah::net
