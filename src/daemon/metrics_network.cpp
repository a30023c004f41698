#include <array>
#include <string>
#include <string_view>

#include "daemon/metrics_sections.h"
#include "p2p/route.h"

namespace syrah::daemon {
namespace {

std::string type_at(std::size_t index) {
  if (index == p2p::kUnreadable) return "unreadable";
  return std::string(p2p::to_text(static_cast<p2p::MessageType>(index)));
}

/// One number of each type, route and direction. Without Grenache there is one route.
void write_traffic(PrometheusText& out, const node::Metrics& node,
                   std::uint64_t p2p::Traffic::OfType::*number) {
  for (const p2p::Route route : {p2p::Route::kDirect, p2p::Route::kGrenache}) {
    if (route == p2p::Route::kGrenache && !node.grenache) continue;
    const p2p::RouteTraffic& traffic = node.sessions.traffic.at(static_cast<std::size_t>(route));
    for (std::size_t i = 0; i < p2p::kCountedTypes; ++i) {
      const std::string type = type_at(i);
      out.sample(
          traffic.in.of_type.at(i).*number,
          {{"type", type}, {"route", std::string(p2p::to_text(route))}, {"direction", "in"}});
      if (i == p2p::kUnreadable) continue;
      out.sample(
          traffic.out.of_type.at(i).*number,
          {{"type", type}, {"route", std::string(p2p::to_text(route))}, {"direction", "out"}});
    }
  }
}

/// As in the ids of its orders: no two homes begin alike.
std::string home_label(const base::NodeId& home) { return home.text().substr(0, 16); }

}  // namespace

void write_peers(PrometheusText& out, const node::Metrics& node) {
  out.gauge("syrah_peers", "Connected peers.");
  std::uint64_t queued_bytes = 0;
  for (const node::PeerGroup& group : node.peers) {
    queued_bytes += group.queued_bytes;
    out.sample(group.peers, {{"dialect", group.full_dialect ? "full" : "basic"},
                             {"route", std::string(p2p::to_text(group.route))},
                             {"direction", group.dialled ? "out" : "in"}});
  }
  out.gauge("syrah_peer_queued_bytes", "Bytes that wait to be sent to peers, all together.");
  out.sample(queued_bytes);
  out.gauge("syrah_peer_round_trip_max_seconds", "Longest of the last heartbeats' round trips.");
  out.sample_us(static_cast<std::int64_t>(node.round_trip_us_max));
  out.counter("syrah_peer_messages_total", "Messages from and to peers.");
  write_traffic(out, node, &p2p::Traffic::OfType::messages);
  out.counter("syrah_peer_bytes_total", "Their bytes, frame headers included.");
  write_traffic(out, node, &p2p::Traffic::OfType::bytes);
  out.counter(
      "syrah_peer_connections_ended_total",
      "Connections that were refused or ended, by this node's error code, none if without.");
  out.sample(node.sessions.ended.contains("") ? node.sessions.ended.at("") : 0, {{"code", "none"}});
  for (const auto& [code, count] : node.sessions.ended) {
    if (!code.empty()) out.sample(count, {{"code", code}});
  }
  out.counter(
      "syrah_routed_messages_total",
      "Messages by the way they went; queued ones count again when they go or are dropped.");
  out.sample(node.routes.direct, {{"route", "direct"}});
  out.sample(node.routes.grenache, {{"route", "grenache"}});
  out.sample(node.routes.queued, {{"route", "queued"}});
  out.sample(node.routes.dropped, {{"route", "dropped"}});
}

void write_discovery(PrometheusText& out, const node::Metrics& node) {
  out.counter("syrah_discovery_addresses_total",
              "Addresses of peers by how they were found, and what became of them.");
  for (const p2p::SourceView& source : node.sources) {
    out.sample(source.found, {{"source", source.name}, {"outcome", "found"}});
    out.sample(source.tried, {{"source", source.name}, {"outcome", "tried"}});
    out.sample(source.connected, {{"source", source.name}, {"outcome", "connected"}});
    out.sample(source.failed, {{"source", source.name}, {"outcome", "failed"}});
  }
  out.gauge("syrah_discovery_first_connection_seconds",
            "From the start to the first connection by each source; absent before.");
  for (const p2p::SourceView& source : node.sources) {
    if (source.first_connection_ms < 0) continue;
    out.sample_us(source.first_connection_ms * base::kUsPerMs, {{"source", source.name}});
  }
}

void write_feeds(PrometheusText& out, const node::Metrics& node) {
  const node::FeedMetrics& feeds = node.feeds;
  out.histogram("syrah_propagation_duration_seconds",
                "From the time at which a home signed an entry, by its clock, to its being here.");
  out.sample_us(node.arrivals.propagation_us());
  out.counter("syrah_entries_from_future_total",
              "Entries that were signed later than this node's clock says: clocks differ.");
  out.sample(node.arrivals.from_the_future());
  out.counter("syrah_feed_entries_total", "Entries of this node's own feed since it began.");
  out.sample(feeds.own_entries);
  out.gauge("syrah_homes", "Other homes whose feeds are followed.");
  out.sample(feeds.live, {{"state", "live"}});
  out.sample(feeds.silent, {{"state", "silent"}});
  out.sample(feeds.gone, {{"state", "gone"}});
  out.sample(feeds.forked, {{"state", "forked"}});
  out.gauge("syrah_feed_missing_entries_max", "Most entries missing here of any one home.");
  out.sample(feeds.missing_entries_max);
  out.gauge("syrah_feed_silence_max_seconds", "Longest time without a sign of life of a home.");
  out.sample_us(feeds.heard_ms_ago_max * base::kUsPerMs);
  out.gauge("syrah_feed_missing_entries",
            "Entries of a home that were heard of and are not here, the 100 worst.");
  for (const node::HomeMetrics& home : feeds.homes) {
    out.sample(home.missing_entries, {{"home", home_label(home.home)}});
  }
  out.gauge("syrah_feed_silence_seconds", "Time since the last sign of life of the same homes.");
  for (const node::HomeMetrics& home : feeds.homes) {
    if (home.heard_ms_ago < 0) continue;
    out.sample_us(home.heard_ms_ago * base::kUsPerMs, {{"home", home_label(home.home)}});
  }
}

void write_grenache(PrometheusText& out, const node::GrenacheView& grenache) {
  out.counter("syrah_grenache_calls_total", "Questions to Grapes and to their DHT.");
  const auto calls = [&](const char* call, std::uint64_t answered, std::uint64_t failed) {
    out.sample(answered, {{"call", call}, {"outcome", "answered"}});
    out.sample(failed, {{"call", call}, {"outcome", "failed"}});
  };
  calls("announce", grenache.grapes.announces_ok, grenache.grapes.announces_failed);
  calls("lookup", grenache.grapes.lookups_ok, grenache.grapes.lookups_failed);
  calls("dht_announce", grenache.dht.announces_ok, grenache.dht.announces_failed);
  out.gauge("syrah_grenache_announced", "1 if a Grape took the last announcement of this node.");
  out.sample(std::uint64_t{grenache.announced ? 1U : 0U});
  const node::LegacyCounts legacy = grenache.legacy.value_or(node::LegacyCounts{});
  out.gauge("syrah_old_nodes", "Old nodes that are known, in legacy mode.");
  out.sample(legacy.addresses);
  out.counter("syrah_old_node_messages_total", "Messages to and from old nodes.");
  out.sample(legacy.told, {{"outcome", "told"}});
  out.sample(legacy.failed, {{"outcome", "failed"}});
  out.sample(legacy.expired, {{"outcome", "expired"}});
  out.sample(legacy.heard, {{"outcome", "heard"}});
}

}  // namespace syrah::daemon
