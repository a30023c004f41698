#include "net/mdns_addresses.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

#include "net/mdns_limits.h"

namespace syrah::net {
namespace {

using Interfaces = std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)>;

Interfaces interfaces() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) list = nullptr;
  return {list, &::freeifaddrs};
}

std::optional<asio::ip::address> address_of(const sockaddr* raw) {
  if (raw != nullptr && raw->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, raw, sizeof(v4));
    return asio::ip::address_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (raw != nullptr && raw->sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, raw, sizeof(v6));
    asio::ip::address_v6::bytes_type bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return asio::ip::address_v6(bytes);
  }
  return std::nullopt;
}

bool carries_mdns(unsigned flags) {
  return (flags & IFF_UP) != 0 && (flags & (IFF_MULTICAST | IFF_LOOPBACK)) != 0 &&
         (flags & IFF_POINTOPOINT) == 0;
}

bool covers(const asio::ip::address& listen, const asio::ip::address& address) {
  if (!listen.is_unspecified()) return listen == address;
  return listen.is_v6() || address.is_v4();
}

asio::ip::address without_scope(asio::ip::address address) {
  if (address.is_v6()) address = asio::ip::address_v6(address.to_v6().to_bytes());
  return address;
}

}  // namespace

std::vector<OwnAddress> own_addresses(const asio::ip::address& listen) {
  const asio::ip::address wanted = without_scope(listen);
  const Interfaces list = interfaces();
  std::vector<OwnAddress> found;
  for (const ifaddrs* item = list.get(); item != nullptr; item = item->ifa_next) {
    const auto address = address_of(item->ifa_addr);
    if (!address || !carries_mdns(item->ifa_flags) || !covers(wanted, *address)) continue;
    const auto index = static_cast<int>(::if_nametoindex(item->ifa_name));
    if (index > 0) found.push_back({.interface_index = index, .address = *address});
  }
  const auto has_other = [all = found](const OwnAddress& own) {
    return own.address.is_v6() && is_link_local(own.address) &&
           std::any_of(all.begin(), all.end(), [&](const OwnAddress& other) {
             return other.interface_index == own.interface_index && !is_link_local(other.address);
           });
  };
  found.erase(std::remove_if(found.begin(), found.end(), has_other), found.end());
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  if (found.size() > kMdnsAddressesMax) found.resize(kMdnsAddressesMax);
  return found;
}

bool is_loopback_interface(int interface_index) {
  const Interfaces list = interfaces();
  for (const ifaddrs* item = list.get(); item != nullptr; item = item->ifa_next) {
    if ((item->ifa_flags & IFF_LOOPBACK) != 0 &&
        static_cast<int>(::if_nametoindex(item->ifa_name)) == interface_index) {
      return true;
    }
  }
  return false;
}

bool is_link_local(const asio::ip::address& address) {
  if (address.is_v6()) return address.to_v6().is_link_local();
  return (address.to_v4().to_uint() >> 16) == 0xA9FE;  // 169.254.0.0/16
}

int unfitness(const asio::ip::address& address) {
  if (is_link_local(address)) return address.is_v4() ? 3 : 4;
  if (address.is_loopback()) return 2;
  return address.is_v4() ? 0 : 1;
}

}  // namespace syrah::net
