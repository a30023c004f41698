#include "net/mdns_publisher.h"

#include <avahi-common/alternative.h>
#include <avahi-common/error.h>
#include <avahi-common/malloc.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "net/mdns_limits.h"

namespace syrah::net {
namespace {

AvahiProtocol protocol_of(const asio::ip::address& address) {
  return address.is_v4() ? AVAHI_PROTO_INET : AVAHI_PROTO_INET6;
}

AvahiAddress to_avahi(const asio::ip::address& address) {
  AvahiAddress result{};
  result.proto = protocol_of(address);
  if (address.is_v4()) {
    const auto bytes = address.to_v4().to_bytes();
    std::memcpy(&result.data.ipv4.address, bytes.data(), bytes.size());
  } else {
    const auto bytes = address.to_v6().to_bytes();
    std::memcpy(result.data.ipv6.address, bytes.data(), bytes.size());
  }
  return result;
}

std::string taken(char* avahi_text) {
  const std::unique_ptr<char, decltype(&avahi_free)> owned(avahi_text, &avahi_free);
  return owned ? std::string(owned.get()) : std::string();
}

}  // namespace

MdnsPublisher::MdnsPublisher(AvahiServer* server, MdnsService service, OnLog on_log)
    : server_(server), service_(std::move(service)), on_log_(std::move(on_log)) {}

std::optional<MdnsPublisher::Scope> MdnsPublisher::scope_of(
    const std::vector<OwnAddress>& addresses) const {
  const asio::ip::address& listen = service_.listen;
  if (listen.is_unspecified()) {
    return Scope{AVAHI_IF_UNSPEC, listen.is_v4() ? AVAHI_PROTO_INET : AVAHI_PROTO_UNSPEC};
  }
  if (addresses.empty()) return std::nullopt;
  return Scope{addresses.front().interface_index, protocol_of(listen)};
}

void MdnsPublisher::look() {
  if (host_taken_) rename_host();
  if (gave_up_) return;
  const std::vector<OwnAddress> now = own_addresses(service_.listen);
  for (auto known = addresses_.begin(); known != addresses_.end();) {
    if (std::binary_search(now.begin(), now.end(), known->first)) {
      ++known;
      continue;
    }
    avahi_s_entry_group_free(known->second);
    known = addresses_.erase(known);
  }
  for (const OwnAddress& own : now) {
    if (!addresses_.contains(own)) announce_address(own);
  }
  const std::optional<Scope> scope = scope_of(now);
  if (scope != scope_) {
    scope_ = scope;
    announce_service();
  }
}

void MdnsPublisher::announce_address(const OwnAddress& own) {
  AvahiSEntryGroup* const group = avahi_s_entry_group_new(server_, &address_changed, this);
  if (group == nullptr) {
    log(base::LogLevel::kDebug, "mDNS address not announced", "no entry group");
    return;
  }
  const AvahiAddress address = to_avahi(own.address);
  // No reverse record: it names the machine, and other programs on it announce theirs.
  int status = avahi_server_add_address(server_, group, own.interface_index, address.proto,
                                        AVAHI_PUBLISH_NO_REVERSE, nullptr,
                                        const_cast<AvahiAddress*>(&address));
  if (status >= 0) status = avahi_s_entry_group_commit(group);
  if (status < 0) {
    log(base::LogLevel::kDebug, "mDNS address not announced", avahi_strerror(status));
    avahi_s_entry_group_free(group);
    return;
  }
  addresses_.emplace(own, group);
}

void MdnsPublisher::announce_service() {
  established_ = false;
  if (group_ == nullptr) group_ = avahi_s_entry_group_new(server_, &service_changed, this);
  if (group_ == nullptr) {
    give_up(avahi_strerror(avahi_server_errno(server_)));
    return;
  }
  avahi_s_entry_group_reset(group_);
  if (!scope_) return;
  const AvahiStrings txt = write_txt(service_.txt);
  int status = AVAHI_ERR_COLLISION;
  while (status == AVAHI_ERR_COLLISION) {
    status = avahi_server_add_service_strlst(
        server_, group_, scope_->interface_index, scope_->protocol, AVAHI_PUBLISH_NO_COOKIE,
        service_.name.c_str(), kMdnsServiceType, nullptr, nullptr, service_.port, txt.get());
    if (status == AVAHI_ERR_COLLISION && !rename()) return;
  }
  if (status >= 0) status = avahi_s_entry_group_commit(group_);
  if (status < 0) give_up(avahi_strerror(status));
}

void MdnsPublisher::service_changed(AvahiServer* /*server*/, AvahiSEntryGroup* /*group*/,
                                    AvahiEntryGroupState state, void* publisher) {
  auto& self = *static_cast<MdnsPublisher*>(publisher);
  if (state == AVAHI_ENTRY_GROUP_ESTABLISHED) {
    self.established_ = true;
    self.on_log_({.level = base::LogLevel::kInfo,
                  .message = "mDNS announces this node",
                  .fields = {{"name", self.service_.name}}});
  } else if (state == AVAHI_ENTRY_GROUP_COLLISION) {
    if (self.rename()) self.announce_service();
  } else if (state == AVAHI_ENTRY_GROUP_FAILURE) {
    self.give_up(avahi_strerror(avahi_server_errno(self.server_)));
  }
}

void MdnsPublisher::address_changed(AvahiServer* /*server*/, AvahiSEntryGroup* /*group*/,
                                    AvahiEntryGroupState state, void* publisher) {
  if (state == AVAHI_ENTRY_GROUP_COLLISION) {
    static_cast<MdnsPublisher*>(publisher)->host_taken_ = true;
  }
}

bool MdnsPublisher::rename() {
  if (++renames_ > kMdnsRenamesMax) {
    give_up("every name that was tried is taken");
    return false;
  }
  service_.name = taken(avahi_alternative_service_name(service_.name.c_str()));
  log(base::LogLevel::kDebug, "mDNS name was taken", "the next one is " + service_.name);
  return true;
}

// Two machines with one identity, or someone who answers for a name that is not theirs.
void MdnsPublisher::rename_host() {
  host_taken_ = false;
  if (++renames_ > kMdnsRenamesMax) {
    give_up("every host name that was tried is taken");
    return;
  }
  const std::string name = taken(avahi_alternative_host_name(avahi_server_get_host_name(server_)));
  for (const auto& [own, group] : addresses_) avahi_s_entry_group_free(group);
  addresses_.clear();
  if (const int status = avahi_server_set_host_name(server_, name.c_str()); status < 0) {
    give_up(avahi_strerror(status));
    return;
  }
  scope_.reset();  // the service names its host, so it is announced anew
}

void MdnsPublisher::give_up(const std::string& why) {
  gave_up_ = true;
  established_ = false;
  log(base::LogLevel::kWarning, "mDNS does not announce this node", why);
}

void MdnsPublisher::log(base::LogLevel level, std::string message, std::string reason) const {
  on_log_(
      {.level = level, .message = std::move(message), .fields = {{"reason", std::move(reason)}}});
}

}  // namespace syrah::net
