#include "net/mdns_browser.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "net/mdns_addresses.h"
#include "net/mdns_limits.h"
#include "net/mdns_publisher.h"
#include "net/mdns_txt.h"

namespace syrah::net {

/// One instance as one link shows it.
struct MdnsBrowser::Way {
  MdnsBrowser* browser = nullptr;
  AvahiSServiceResolver* resolver = nullptr;  ///< stays open: it tells of changes
  std::string host;                           ///< that the service names, once resolved
  std::optional<MdnsPeer> peer;               ///< once resolved, if it is one
  int unfitness = 0;
};

struct MdnsBrowser::Instance {
  std::map<Link, std::unique_ptr<Way>> ways;
  std::optional<MdnsPeer> reported;

  /// The way by which to dial; the one reported stays as long as no other is better.
  [[nodiscard]] const Way* best() const {
    const Way* chosen = nullptr;
    for (const auto& [link, way] : ways) {
      if (!way->peer) continue;
      const bool better = chosen == nullptr || way->unfitness < chosen->unfitness ||
                          (way->unfitness == chosen->unfitness && way->peer == reported);
      if (better) chosen = way.get();
    }
    return chosen;
  }
};

namespace {

asio::ip::address from_avahi(const AvahiAddress& address, AvahiIfIndex interface_index) {
  if (address.proto == AVAHI_PROTO_INET) {
    asio::ip::address_v4::bytes_type bytes{};
    std::memcpy(bytes.data(), &address.data.ipv4.address, bytes.size());
    return asio::ip::address_v4(bytes);
  }
  asio::ip::address_v6::bytes_type bytes{};
  std::memcpy(bytes.data(), address.data.ipv6.address, bytes.size());
  asio::ip::address_v6 result(bytes);
  if (result.is_link_local())
    result.scope_id(static_cast<asio::ip::scope_id_type>(interface_index));
  return result;
}

/// Nobody can send us to ourselves or to many from another machine.
bool may_be_dialled(const asio::ip::address& address, AvahiIfIndex interface_index) {
  if (address.is_unspecified() || address.is_multicast()) return false;
  if (address.is_v4() && address.to_v4() == asio::ip::address_v4::broadcast()) return false;
  if (address.is_v6() && address.to_v6().is_v4_mapped()) return false;
  return !address.is_loopback() || is_loopback_interface(interface_index);
}

}  // namespace

MdnsBrowser::MdnsBrowser(AvahiServer* server, base::NodeId self, std::string network,
                         std::function<void()> on_change, OnLog on_log)
    : server_(server),
      self_(self),
      network_(std::move(network)),
      on_change_(std::move(on_change)),
      on_log_(std::move(on_log)) {}

MdnsBrowser::~MdnsBrowser() = default;

bool MdnsBrowser::start() {
  return avahi_s_service_browser_new(server_, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, kMdnsServiceType,
                                     nullptr, AvahiLookupFlags{}, &browsed, this) != nullptr;
}

void MdnsBrowser::browsed(AvahiSServiceBrowser* /*browser*/, AvahiIfIndex interface_index,
                          AvahiProtocol protocol, AvahiBrowserEvent event, const char* name,
                          const char* /*type*/, const char* /*domain*/,
                          AvahiLookupResultFlags /*flags*/, void* userdata) {
  auto& self = *static_cast<MdnsBrowser*>(userdata);
  const Link link{interface_index, protocol};
  if (event == AVAHI_BROWSER_NEW) {
    self.appeared(name, link);
  } else if (event == AVAHI_BROWSER_REMOVE) {
    self.vanished(name, link);
  } else if (event == AVAHI_BROWSER_FAILURE) {
    self.on_log_({.level = base::LogLevel::kWarning, .message = "mDNS lost its way", .fields = {}});
  }
}

void MdnsBrowser::appeared(const std::string& name, const Link& link) {
  if (!instances_.contains(name) && instances_.size() >= kMdnsPeersMax) {
    if (!std::exchange(told_full_, true)) {
      on_log_({.level = base::LogLevel::kWarning,
               .message = "mDNS shows too many nodes; the others are passed over",
               .fields = {{"max", std::to_string(kMdnsPeersMax)}}});
    }
    return;
  }
  auto& ways = instances_[name].ways;
  if (ways.contains(link) || ways.size() >= kMdnsWaysMax) return;
  auto way = std::make_unique<Way>();
  way->browser = this;
  resolve(*way, name, link);
  if (way->resolver != nullptr) {
    ways.emplace(link, std::move(way));
  } else if (ways.empty()) {
    instances_.erase(name);
  }
}

void MdnsBrowser::resolve(Way& way, const std::string& name, const Link& link) {
  if (way.resolver != nullptr) avahi_s_service_resolver_free(way.resolver);
  way.host.clear();
  way.resolver = avahi_s_service_resolver_new(server_, link.interface_index, link.protocol,
                                              name.c_str(), kMdnsServiceType, nullptr,
                                              link.protocol, AvahiLookupFlags{}, &resolved, &way);
}

void MdnsBrowser::vanished(const std::string& name, const Link& link) {
  const auto instance = instances_.find(name);
  if (instance == instances_.end()) return;
  auto& ways = instance->second.ways;
  const auto way = ways.find(link);
  if (way == ways.end()) return;
  if (way->second->resolver != nullptr) avahi_s_service_resolver_free(way->second->resolver);
  ways.erase(way);
  if (instance->second.reported) {
    on_change_();
  } else if (ways.empty()) {
    instances_.erase(instance);
  }
}

void MdnsBrowser::resolved(AvahiSServiceResolver* /*resolver*/, AvahiIfIndex interface_index,
                           AvahiProtocol protocol, AvahiResolverEvent event, const char* name,
                           const char* /*type*/, const char* /*domain*/, const char* host,
                           const AvahiAddress* address, std::uint16_t port, AvahiStringList* txt,
                           AvahiLookupResultFlags /*flags*/, void* userdata) {
  auto& way = *static_cast<Way*>(userdata);
  const auto before = std::exchange(way.peer, std::nullopt);
  const bool found = event == AVAHI_RESOLVER_FOUND && address != nullptr && host != nullptr;
  if (found && !way.host.empty() && way.host != host) {
    // The service moved to another host, and Avahi still gives the address of the one before.
    way.browser->resolve(way, std::string(name), {interface_index, protocol});
  } else if (found) {
    way.host = host;
    const asio::ip::address ip = from_avahi(*address, interface_index);
    if (may_be_dialled(ip, interface_index)) {
      way.peer = way.browser->judge(ip, port, txt);
      way.unfitness = unfitness(ip);
    }
  }
  if (way.peer != before) way.browser->on_change_();
}

std::optional<MdnsPeer> MdnsBrowser::judge(const asio::ip::address& address, std::uint16_t port,
                                           AvahiStringList* txt) const {
  const auto said = read_txt(txt);
  if (!said || said->id == self_ || said->network != network_) return std::nullopt;
  const base::Endpoint endpoint{.host = address.to_string(), .port = port};
  // Port 0, and link-local IPv6 addresses with their scope, which endpoints cannot name.
  if (!base::Endpoint::parse(endpoint.text())) return std::nullopt;
  return MdnsPeer{.endpoint = endpoint,
                  .node_id = said->id.text(),
                  .network = said->network,
                  .version = said->version};
}

MdnsChanges MdnsBrowser::report(bool again) {
  MdnsChanges changes;
  for (auto item = instances_.begin(); item != instances_.end();) {
    Instance& instance = item->second;
    const Way* const best = instance.best();
    if (best != nullptr && (again || instance.reported != best->peer)) {
      changes.found.push_back(*best->peer);
      instance.reported = best->peer;
    } else if (best == nullptr && instance.reported) {
      changes.gone.push_back(*std::exchange(instance.reported, std::nullopt));
    }
    item = instance.ways.empty() ? instances_.erase(item) : std::next(item);
  }
  return changes;
}

}  // namespace syrah::net
