#pragma once

// The TXT record of a node: who it is, and in which network. RFC 6763, section 6.

#include <avahi-common/strlst.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace syrah::net {

struct MdnsTxt {
  base::NodeId id;
  std::string version;  ///< of the protocol between nodes: 1 to 9 digits
  std::string network;  ///< 1 to 64 printable characters
};

using AvahiStrings = std::unique_ptr<AvahiStringList, decltype(&avahi_string_list_free)>;

AvahiStrings write_txt(const MdnsTxt& txt);
/// Nothing if `id`, `v` or `net` is missing or not what a node writes. Other keys are passed over.
/// `strings` may be null, as Avahi gives it for an empty record.
std::optional<MdnsTxt> read_txt(AvahiStringList* strings);

/// What a node may call its network.
bool is_mdns_network(std::string_view text);

}  // namespace syrah::net
