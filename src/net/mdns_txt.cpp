#include "net/mdns_txt.h"

#include <avahi-common/malloc.h>

#include <algorithm>

#include "net/mdns_limits.h"

namespace syrah::net {
namespace {

constexpr const char* kIdKey = "id";
constexpr const char* kVersionKey = "v";
constexpr const char* kNetworkKey = "net";

std::optional<std::string> value_of(AvahiStringList* strings, const char* key,
                                    std::size_t size_max) {
  AvahiStringList* const item = avahi_string_list_find(strings, key);
  if (item == nullptr) return std::nullopt;
  char* raw_key = nullptr;
  char* raw_value = nullptr;
  std::size_t size = 0;
  if (avahi_string_list_get_pair(item, &raw_key, &raw_value, &size) != 0) return std::nullopt;
  const std::unique_ptr<char, decltype(&avahi_free)> owned_key(raw_key, &avahi_free);
  const std::unique_ptr<char, decltype(&avahi_free)> owned_value(raw_value, &avahi_free);
  if (raw_value == nullptr || size == 0 || size > size_max) return std::nullopt;
  return std::string(raw_value, size);
}

bool is_number(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

AvahiStrings write_txt(const MdnsTxt& txt) {
  AvahiStringList* list = nullptr;
  list = avahi_string_list_add_pair(list, kIdKey, txt.id.text().c_str());
  list = avahi_string_list_add_pair(list, kVersionKey, txt.version.c_str());
  list = avahi_string_list_add_pair(list, kNetworkKey, txt.network.c_str());
  return {list, &avahi_string_list_free};
}

std::optional<MdnsTxt> read_txt(AvahiStringList* strings) {
  const auto id_text = value_of(strings, kIdKey, base::NodeId{}.text().size());
  const auto version = value_of(strings, kVersionKey, kMdnsVersionBytesMax);
  const auto network = value_of(strings, kNetworkKey, kMdnsNetworkBytesMax);
  if (!id_text || !version || !network) return std::nullopt;
  const auto id = base::NodeId::parse(*id_text);
  if (!id || !is_number(*version) || !is_mdns_network(*network)) return std::nullopt;
  return MdnsTxt{.id = *id, .version = *version, .network = *network};
}

bool is_mdns_network(std::string_view text) {
  return !text.empty() && text.size() <= kMdnsNetworkBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace syrah::net
