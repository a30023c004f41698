#include <utility>

#include "base/hex.h"
#include "base/overloaded.h"
#include "node/step.h"
#include "p2p/ip_address.h"

namespace syrah::node {

using base::kUsPerMs;
using base::kUsPerSecond;

void Step::answer(std::uint64_t request, const api::HttpRequest& http, api::Outcome outcome) {
  settle();
  if (auto* response = std::get_if<api::HttpResponse>(&outcome)) {
    parts_.outbox.wait(Reply{request, std::move(*response)});
    release();
    return;
  }
  if (auto* keeps = std::get_if<api::KeepsKeys>(&outcome)) {
    save_keys(request, std::move(*keeps));
    return;
  }
  if (parts_.requests.size() >= kOpenRequestsMax) {
    parts_.outbox.wait(
        Reply{request, {503, {}, R"({"message":"too many requests wait for the history"})"}});
    return;
  }
  const std::uint64_t query = ++parts_.last_query;
  parts_.requests.emplace(query, OpenRequest{request, http});
  // The question waits too: what the node knows already must be on the disk when it is asked.
  parts_.outbox.wait(QueryJournal{query, std::get<api::NeedsHistory>(std::move(outcome)).question});
  release();
}

void Step::finish_request(const OpenRequest& open, const JournalAnswer& journal) {
  if (!journal.error.empty()) {
    log(base::LogLevel::kError, "journal query failed", {{"reason", journal.error}});
    parts_.outbox.wait(
        Reply{open.request, {503, {}, R"({"message":"the history cannot be read"})"}});
  } else {
    api::Context lent = context(open.http);
    parts_.outbox.wait(Reply{open.request, api::finish(open.http, journal.history, lent)});
  }
  release();
}

api::Context Step::context(const api::HttpRequest& http) {
  const std::string host = p2p::plain_host(http.remote);
  return {parts_.exchange,
          parts_.clients,
          {p2p::party_of(host), p2p::range_of(host) == p2p::HostRange::kLoopback},
          now_,
          [this] { return view(); },
          [this](const std::string& address) -> base::Status {
            const auto endpoint = base::Endpoint::parse(address);
            if (!endpoint) return endpoint.error();
            return parts_.peers.connect(*endpoint, now_, parts_.peer_outputs);
          },
          [this](const std::string& who) {
            return parts_.peers.disconnect(who, now_, parts_.peer_outputs);
          },
          parts_.basic.indications(),
          [this](std::string_view product) { return parts_.streams.sequence(product); },
          parts_.config.fees,
          [this](const std::string& name) {
            return parts_.peers.forget_name(name, parts_.peer_outputs);
          },
          [this](const base::EntryId& entry) { return arrival(entry); },
          [this](const base::NodeId& home) { return arrivals(home); }};
}

namespace {

std::string_view to_text(Phase phase) {
  switch (phase) {
    case Phase::kAsking:
      return "starting";
    case Phase::kRunning:
      return "running";
    case Phase::kStopping:
    case Phase::kStopped:
      break;
  }
  return "stopping";
}

api::PeerLine to_line(const p2p::PeerView& peer, base::Time now) {
  api::PeerLine line;
  line.id = peer.id ? peer.id->text() : std::string{};
  line.name = peer.name;
  line.address = (peer.listens ? *peer.listens : peer.remote).text();
  line.direction = peer.dialled ? "out" : "in";
  line.dialect = peer.id ? "full" : "basic";
  line.source = peer.source;
  line.route = p2p::to_text(peer.route);
  line.software = peer.software;
  line.connected_s = (now.wall_us - peer.connected_wall_us) / kUsPerSecond;
  line.heard_ms_ago = (now.wall_us - peer.last_heard_wall_us) / kUsPerMs;
  line.round_trip_us = peer.round_trip_us;
  line.clock_ahead_ms = peer.clock_ahead_ms;
  line.messages_in = static_cast<std::int64_t>(peer.messages_in);
  line.messages_out = static_cast<std::int64_t>(peer.messages_out);
  line.bytes_in = static_cast<std::int64_t>(peer.bytes_in);
  line.bytes_out = static_cast<std::int64_t>(peer.bytes_out);
  return line;
}

std::int64_t number(std::uint64_t count) { return static_cast<std::int64_t>(count); }

api::SourceLine to_line(const p2p::SourceView& source) {
  return {source.name,           number(source.found),
          number(source.tried),  number(source.connected),
          number(source.failed), source.first_connection_ms};
}

std::vector<api::CountLine> to_lines(const GrenacheView& view) {
  std::vector<api::CountLine> lines{
      {"announced", view.announced ? 1 : 0},
      {"grape_announces", number(view.grapes.announces_ok)},
      {"grape_announces_failed", number(view.grapes.announces_failed)},
      {"grape_lookups", number(view.grapes.lookups_ok)},
      {"grape_lookups_failed", number(view.grapes.lookups_failed)},
      {"dht_stored", number(view.dht_stored)},
      {"dht_announces", number(view.dht.announces_ok)},
      {"dht_announces_failed", number(view.dht.announces_failed)}};
  if (view.legacy) {
    const LegacyCounts& legacy = *view.legacy;
    lines.push_back({"old_nodes", number(legacy.addresses)});
    lines.push_back({"old_nodes_told", number(legacy.told)});
    lines.push_back({"old_nodes_failed", number(legacy.failed)});
    lines.push_back({"old_nodes_expired", number(legacy.expired)});
    lines.push_back({"old_nodes_heard", number(legacy.heard)});
  }
  return lines;
}

api::FeedLine to_line(const p2p::FeedView& feed, base::Time now) {
  api::FeedLine line;
  line.home = feed.home.text();
  line.seq = static_cast<std::int64_t>(feed.seq);
  line.newest = static_cast<std::int64_t>(feed.newest_seq);
  line.hash = base::to_hex(feed.hash);
  line.time_ms = feed.time.ms;
  line.state = feed.forked ? "forked" : feed.gone ? "gone" : feed.silent ? "silent" : "live";
  if (feed.heard_wall_us != 0) line.heard_ms_ago = (now.wall_us - feed.heard_wall_us) / kUsPerMs;
  return line;
}

api::ArrivalLine to_line(const Arrival& arrival) {
  api::ArrivalLine line;
  line.how = arrival.snapshot ? "snapshot" : "peer";
  if (arrival.by) {
    line.peer = arrival.by->id.text();
    line.route = p2p::to_text(arrival.by->route);
  }
  line.first = number(arrival.first);
  line.last = number(arrival.last);
  line.made_ms = arrival.made.ms;
  line.arrived_wall_us = arrival.wall_us;
  return line;
}

}  // namespace

api::ArrivalLine Step::arrival(const base::EntryId& entry) const {
  api::ArrivalLine line;
  if (entry.home == parts_.feed.home()) {
    line.how = "here";
  } else if (const Arrival* const known = parts_.provenance.find(entry)) {
    line = to_line(*known);
  } else {
    line.how = parts_.provenance.was_restored(entry) ? "journal" : "forgotten";
  }
  return line;
}

std::vector<api::ArrivalLine> Step::arrivals(const base::NodeId& home) const {
  constexpr std::size_t kShown = 20;
  std::vector<api::ArrivalLine> lines;
  for (const Arrival& arrival : parts_.provenance.newest(home, kShown)) {
    lines.push_back(to_line(arrival));
  }
  return lines;
}

api::NodeView Step::view() const {
  api::NodeView view;
  view.id = parts_.feed.home().text();
  view.name = parts_.config.p2p.node_name;
  view.version = parts_.config.version;
  view.mode = parts_.config.mode;
  view.network = parts_.config.p2p.network;
  view.state = to_text(parts_.phase);
  view.uptime_s = (now_.steady_us - parts_.started_us) / kUsPerSecond;
  api::FeedLine own;
  own.home = view.id;
  own.seq = own.newest = static_cast<std::int64_t>(parts_.exchange.home(parts_.feed.home())->seq());
  own.state = "own";
  const feed::Head& durable = parts_.outbox.durable_head();
  if (static_cast<std::int64_t>(durable.seq) == own.seq) own.hash = base::to_hex(durable.hash);
  own.time_ms = durable.time.ms;
  own.heard_ms_ago = 0;
  view.feeds.push_back(std::move(own));
  for (const p2p::FeedView& feed : parts_.sync.feeds()) view.feeds.push_back(to_line(feed, now_));
  for (const p2p::PeerView& peer : parts_.peers.peers()) view.peers.push_back(to_line(peer, now_));
  for (const p2p::SourceView& source : parts_.peers.sources()) {
    view.sources.push_back(to_line(source));
  }
  for (const auto& [name, id] : parts_.peers.names()) view.names.emplace_back(name, id.text());
  const p2p::RouteCounts& routes = parts_.peers.route_counts();
  view.routes = {{"direct", number(routes.direct)},
                 {"grenache", number(routes.grenache)},
                 {"queued", number(routes.queued)},
                 {"dropped", number(routes.dropped)}};
  if (parts_.grenache) view.grenache = to_lines(parts_.grenache->view());
  return view;
}

}  // namespace syrah::node
