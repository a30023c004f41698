#include "grenache/service_name.h"

#include <algorithm>

#include "base/check.h"
#include "base/hex.h"
#include "crypto/hash.h"

namespace syrah::grenache {
namespace {

constexpr std::size_t kNetworkBytes = 9;
constexpr std::size_t kReadableBytes = 2;
constexpr char kFiller = '-';

bool is_plain_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

/// Plain names end with a filler and digests never do, so neither passes for the other.
std::string network_part(std::string_view network) {
  const bool plain = !network.empty() && network.size() < kNetworkBytes &&
                     network.back() != kFiller &&
                     std::all_of(network.begin(), network.end(), is_plain_character);
  if (plain) {
    std::string part(network);
    part.resize(kNetworkBytes, kFiller);
    return part;
  }
  std::string part(network.substr(0, kReadableBytes));
  part.resize(kReadableBytes, '_');
  std::replace_if(
      part.begin(), part.end(), [](char c) { return !is_plain_character(c); }, '_');
  part += base::to_hex(crypto::sha256(network));
  part.resize(kNetworkBytes);
  return part;
}

std::string service(std::string_view kind, std::string_view network) {
  std::string name(kind);
  name += network_part(network);
  SYRAH_CHECK(name.size() == kServiceNameBytes, "a service's name has 20 bytes");
  return name;
}

}  // namespace

// The 1 is the version of the peer protocol: nodes that could not talk do not find each other.
std::string p2p_service(std::string_view network) { return service("syrah1:p2p:", network); }

std::string rpc_service(std::string_view network) { return service("syrah1:rpc:", network); }

}  // namespace syrah::grenache
