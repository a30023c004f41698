#pragma once

// Which addresses of this machine are announced, and on which interfaces.

#include <asio/ip/address.hpp>
#include <compare>
#include <vector>

namespace syrah::net {

struct OwnAddress {
  int interface_index = 0;
  asio::ip::address address;  ///< without a scope; the interface is the scope

  friend bool operator==(const OwnAddress&, const OwnAddress&) = default;
  friend bool operator<(const OwnAddress& a, const OwnAddress& b) {
    return a.interface_index != b.interface_index ? a.interface_index < b.interface_index
                                                  : a.address < b.address;
  }
};

/// The addresses, in order, at which something that listens at `listen` can be reached: all for ::,
/// all of IPv4 for 0.0.0.0, else that one. Only of interfaces that are up and have multicast (or
/// are loopback); IPv6 link-local ones only where the interface has no other. At most
/// kMdnsAddressesMax.
std::vector<OwnAddress> own_addresses(const asio::ip::address& listen);

bool is_loopback_interface(int interface_index);

/// The address by which a peer is best dialled has the lowest number: IPv4, IPv6, loopback,
/// link-local IPv4, link-local IPv6.
int unfitness(const asio::ip::address& address);

bool is_link_local(const asio::ip::address& address);

}  // namespace syrah::net
