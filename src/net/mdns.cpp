#include "net/mdns.h"

#include <avahi-common/error.h>
#include <avahi-common/malloc.h>
#include <avahi-core/core.h>
#include <fmt/format.h>

#include <algorithm>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "json/utf8.h"
#include "net/avahi_poll.h"
#include "net/mdns_limits.h"
#include "net/mdns_publisher.h"
#include "net/resolver.h"

namespace syrah::net {
namespace {

/// RFC 6763, section 4.1.1: UTF-8 without control characters, 1 to 63 bytes.
std::string service_name(const std::string& wished, const base::NodeId& id) {
  std::string name = wished.substr(0, kMdnsNameBytesMax);
  // A character that was cut in two: at most three bytes of it are left.
  for (int i = 0; i < 3 && !json::is_utf8(name); ++i) name.pop_back();
  const bool sound = !name.empty() && json::is_utf8(name) &&
                     std::none_of(name.begin(), name.end(),
                                  [](char c) { return (c >= 0 && c < ' ') || c == '\x7F'; });
  return sound ? name : fmt::format("syrah {}", id.brief());
}

/// Not ending in a number, which Avahi would count up into a neighbour's name.
std::string host_name(const base::NodeId& id) {
  return fmt::format("syrah-{}-node", id.text().substr(0, 16));
}

base::Result<MdnsService> service_of(const MdnsSettings& settings) {
  const auto id = base::NodeId::parse(settings.node_id);
  if (!id) return id.error();
  if (!is_mdns_network(settings.network)) {
    return base::invalid("the network's name must have 1 to 64 printable characters");
  }
  if (settings.port == 0) return base::invalid("the port must not be 0");
  if (settings.protocol_version < 0 || settings.protocol_version > 999'999'999) {
    return base::invalid("the protocol's version must be from 0 to 999999999");
  }
  const auto listen = resolve_now(settings.listen_host, settings.port);
  if (!listen) return listen.error();
  return MdnsService{.name = service_name(settings.name, *id),
                     .port = settings.port,
                     .listen = listen->front().address(),
                     .txt = {.id = *id,
                             .version = std::to_string(settings.protocol_version),
                             .network = settings.network}};
}

struct ServerEnd {
  void operator()(AvahiServer* server) const { avahi_server_free(server); }
};

}  // namespace

struct Mdns::Parts : std::enable_shared_from_this<Parts> {
  Parts(asio::io_context& context, MdnsSettings wanted, MdnsEvents told)
      : io(context), settings(std::move(wanted)), events(std::move(told)), looks(io), settling(io) {
    if (!events.on_log) events.on_log = [](const base::LogLine&) {};
  }

  base::Status start();
  void stop();
  base::Status open_server(const base::NodeId& id);
  static void server_changed(AvahiServer* server, AvahiServerState state, void* parts);
  void begin();
  void look_soon();
  void report_soon();
  void report(bool again);
  void warn(const std::string& reason) const;

  asio::io_context& io;
  MdnsSettings settings;
  MdnsEvents events;
  asio::steady_timer looks;
  asio::steady_timer settling;
  bool settles = false;
  std::int64_t since_repeat_ms = 0;
  std::uint64_t run = 0;  ///< counts starts and stops: what belongs to an earlier one is void

  std::optional<MdnsService> service;
  std::optional<AvahiLoop> loop;
  std::unique_ptr<AvahiServer, ServerEnd> server;
  std::optional<MdnsPublisher> publisher;
  std::optional<MdnsBrowser> browser;
};

Mdns::Mdns(asio::io_context& io, MdnsSettings settings, MdnsEvents events)
    : parts_(std::make_shared<Parts>(io, std::move(settings), std::move(events))) {}

Mdns::~Mdns() { parts_->stop(); }

base::Status Mdns::start() {
  SYRAH_CHECK(!parts_->loop, "mDNS was started twice");
  auto status = parts_->start();
  if (!status) {
    parts_->stop();
    parts_->warn(status.error().message);
  }
  return status;
}

void Mdns::stop() { parts_->stop(); }

std::string Mdns::announced_name() const {
  const auto& publisher = parts_->publisher;
  return publisher && publisher->established() ? publisher->name() : std::string();
}

base::Status Mdns::Parts::start() {
  ++run;
  since_repeat_ms = 0;
  auto wanted = service_of(settings);
  if (!wanted) return wanted.error();
  service = std::move(wanted).value();
  const AvahiLogScope scope(events.on_log);
  loop.emplace(io, events.on_log);
  if (auto opened = open_server(service->txt.id); !opened) return opened;
  browser.emplace(
      server.get(), service->txt.id, service->txt.network, [this] { report_soon(); },
      events.on_log);
  if (!browser->start()) {
    return base::Error{base::ErrorCode::kUnavailable,
                       avahi_strerror(avahi_server_errno(server.get()))};
  }
  if (avahi_server_get_state(server.get()) == AVAHI_SERVER_RUNNING) begin();
  look_soon();
  return base::success();
}

base::Status Mdns::Parts::open_server(const base::NodeId& id) {
  AvahiServerConfig config{};
  avahi_server_config_init(&config);
  avahi_free(config.host_name);
  config.host_name = avahi_strdup(host_name(id).c_str());
  // Avahi's own address records would fight with those of other stacks on this machine over the
  // reverse records.
  config.publish_addresses = 0;
  config.publish_workstation = 0;
  config.publish_hinfo = 0;
  config.publish_domain = 0;
  config.enable_wide_area = 0;
  config.publish_aaaa_on_ipv4 = 0;
  config.n_cache_entries_max = kMdnsCacheEntriesMax;
  int error = AVAHI_OK;
  server.reset(avahi_server_new(loop->api(), &config, &server_changed, this, &error));
  avahi_server_config_free(&config);
  if (server == nullptr) {
    return base::Error{base::ErrorCode::kUnavailable, avahi_strerror(error)};
  }
  return base::success();
}

// Comes for the first time from within avahi_server_new.
void Mdns::Parts::server_changed(AvahiServer* /*server*/, AvahiServerState state, void* parts) {
  auto& self = *static_cast<Parts*>(parts);
  if (self.server == nullptr) return;
  if (state == AVAHI_SERVER_RUNNING) {
    self.begin();
  } else if (state == AVAHI_SERVER_FAILURE) {
    asio::post(self.io, [owned = self.shared_from_this(), mine = self.run] {
      if (owned->run != mine) return;
      owned->warn(avahi_strerror(avahi_server_errno(owned->server.get())));
      owned->stop();
    });
  }
}

void Mdns::Parts::begin() {
  if (publisher) return;
  publisher.emplace(server.get(), *service, events.on_log);
  publisher->look();
}

void Mdns::Parts::stop() {
  ++run;
  looks.cancel();
  settling.cancel();
  settles = false;
  const AvahiLogScope scope(events.on_log);
  server.reset();  // says goodbye and frees all that the others hold
  publisher.reset();
  browser.reset();
  loop.reset();
}

// Avahi notices interfaces that come and go by itself, but knows nothing of our address records.
void Mdns::Parts::look_soon() {
  looks.expires_after(std::chrono::milliseconds(kMdnsLookMs));
  looks.async_wait([owned = shared_from_this(), mine = run](const asio::error_code& error) {
    if (error || owned->run != mine) return;
    if (owned->publisher) {
      const AvahiLogScope scope(owned->events.on_log);
      owned->publisher->look();
    }
    owned->look_soon();
    owned->since_repeat_ms += kMdnsLookMs;
    if (owned->since_repeat_ms >= kMdnsRepeatMs) {
      owned->since_repeat_ms = 0;
      owned->report(true);
    }
  });
}

void Mdns::Parts::report_soon() {
  if (std::exchange(settles, true)) return;
  settling.expires_after(std::chrono::milliseconds(kMdnsSettleMs));
  settling.async_wait([owned = shared_from_this(), mine = run](const asio::error_code& error) {
    if (error || owned->run != mine) return;
    owned->settles = false;
    owned->report(false);
  });
}

void Mdns::Parts::report(bool again) {
  const MdnsChanges changes = browser->report(again);
  const std::uint64_t mine = run;
  const auto tell = [&](const auto& call, const std::vector<MdnsPeer>& peers) {
    for (const MdnsPeer& peer : peers) {
      if (run != mine) return;  // stopped by the one who was told
      if (call) call(peer);
    }
  };
  tell(events.on_gone, changes.gone);
  tell(events.on_found, changes.found);
}

void Mdns::Parts::warn(const std::string& reason) const {
  events.on_log({.level = base::LogLevel::kWarning,
                 .message = "no nodes are looked for on the local network",
                 .fields = {{"reason", reason}}});
}

}  // namespace syrah::net
