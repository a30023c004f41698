// The node itself: what it is, whom it knows, what it waits for.

#include <fmt/format.h>

#include <charconv>

#include "api/body.h"
#include "api/errors.h"
#include "api/limits.h"
#include "api/routes.h"
#include "api/waiting.h"
#include "json/writer.h"

namespace syrah::api {
namespace {

void write_feeds(json::Writer& out, const std::vector<FeedLine>& feeds) {
  out.key("feeds").begin_array();
  for (const FeedLine& feed : feeds) {
    out.begin_object()
        .string("home", feed.home)
        .integer("seq", feed.seq)
        .integer("newest", feed.newest)
        .string("state", feed.state)
        .integer("heard_ms_ago", feed.heard_ms_ago)
        .end_object();
  }
  out.end_array();
}

Answer node(const Call& call) {
  const NodeView view = call.context.node();
  std::string body;
  json::Writer out(body);
  out.begin_object()
      .string("id", view.id)
      .string("name", view.name)
      .string("version", view.version)
      .string("mode", view.mode)
      .string("network", view.network)
      .string("state", view.state)
      .integer("uptime_s", view.uptime_s)
      .integer("peers", static_cast<std::int64_t>(view.peers.size()));
  out.key("instruments").begin_array();
  for (const exchange::Instrument& instrument : call.context.exchange.instruments()) {
    out.string(instrument.name);
  }
  out.end_array();
  write_feeds(out, view.feeds);
  out.end_object();
  return answer_with(std::move(body));
}

void write_counts(json::Writer& out, std::string_view name, const std::vector<CountLine>& counts) {
  out.key(name).begin_object();
  for (const CountLine& line : counts) out.integer(line.name, line.count);
  out.end_object();
}

void write_peers(json::Writer& out, const std::vector<PeerLine>& peers) {
  out.key("peers").begin_array();
  for (const PeerLine& peer : peers) {
    out.begin_object()
        .string("id", peer.id)
        .string("name", peer.name)
        .string("address", peer.address)
        .string("direction", peer.direction)
        .string("dialect", peer.dialect)
        .string("source", peer.source)
        .string("route", peer.route)
        .string("software", peer.software)
        .integer("connected_s", peer.connected_s)
        .integer("heard_ms_ago", peer.heard_ms_ago)
        .integer("round_trip_us", peer.round_trip_us);
    if (peer.clock_ahead_ms) out.integer("clock_ahead_ms", *peer.clock_ahead_ms);
    out.integer("messages_in", peer.messages_in)
        .integer("messages_out", peer.messages_out)
        .integer("bytes_in", peer.bytes_in)
        .integer("bytes_out", peer.bytes_out)
        .end_object();
  }
  out.end_array();
}

void write_sources(json::Writer& out, const std::vector<SourceLine>& sources) {
  out.key("sources").begin_array();
  for (const SourceLine& source : sources) {
    out.begin_object()
        .string("name", source.name)
        .integer("found", source.found)
        .integer("tried", source.tried)
        .integer("connected", source.connected)
        .integer("failed", source.failed)
        .integer("first_connection_ms", source.first_connection_ms)
        .end_object();
  }
  out.end_array();
}

Answer peers(const Call& call) {
  const NodeView view = call.context.node();
  std::string body;
  json::Writer out(body);
  out.begin_object();
  write_peers(out, view.peers);
  write_sources(out, view.sources);
  write_counts(out, "routes", view.routes);
  if (!view.grenache.empty()) write_counts(out, "grenache", view.grenache);
  out.end_object();
  return answer_with(std::move(body));
}

Answer connect(const Call& call) {
  const base::Result<Body> body = Body::parse(call.request.body);
  if (!body) return body.error();
  if (base::Status known = body->only({"address"}); !known) return known.error();
  const base::Result<std::optional<std::string_view>> address = body->text("address");
  if (!address) return address.error();
  if (!*address || (*address)->empty() || (*address)->size() > kAddressBytesMax) {
    return base::invalid("address is missing: it must be host:port");
  }
  if (base::Status dialled = call.context.connect(std::string(**address)); !dialled)
    return dialled.error();
  HttpResponse response;
  response.status = 202;  // dialling goes on after the answer; GET /node/peers tells the outcome
  json::Writer(response.body).begin_object().string("address", **address).end_object();
  return Outcome(std::move(response));
}

Answer disconnect(const Call& call) {
  const std::string& who = call.captures[0];
  if (base::Status done = call.context.disconnect(who); !done) return done.error();
  std::string body;
  json::Writer(body).begin_object().string("peer", who).end_object();
  return answer_with(std::move(body));
}

Answer names(const Call& call) {
  std::string body;
  json::Writer out(body);
  out.begin_array();
  for (const auto& [name, id] : call.context.node().names) {
    out.begin_object().string("name", name).string("id", id).end_object();
  }
  out.end_array();
  return answer_with(std::move(body));
}

Answer forget_name(const Call& call) {
  const std::string& name = call.captures[0];
  if (base::Status done = call.context.forget_name(name); !done) return done.error();
  std::string body;
  json::Writer(body).begin_object().string("name", name).boolean("forgotten", true).end_object();
  return answer_with(std::move(body));
}

const exchange::HomeState* own_home(const Call& call) {
  return call.context.exchange.home(call.context.exchange.self());
}

Answer holds(const Call& call) {
  std::string body;
  json::Writer out(body);
  out.begin_array();
  const NodeView view = call.context.node();
  if (const exchange::HomeState* const home = own_home(call)) {
    for (const auto& [seq, hold] : home->holds()) {
      const exchange::Order* const order = home->order(hold.request.order);
      if (order == nullptr || order->account != call.account) continue;
      const exchange::Instrument* const instrument = home->instruments().find(order->instrument);
      if (instrument != nullptr) {
        write_hold(out, hold, *order, *instrument, view, call.context.now);
      }
    }
  }
  out.end_array();
  return answer_with(std::move(body));
}

Answer abandon(const Call& call) {
  const std::string& text = call.captures[0];
  exchange::Seq seq = 0;
  const char* const end = text.data() + text.size();
  if (const auto [stop, error] = std::from_chars(text.data(), end, seq);
      error != std::errc{} || stop != end || seq == 0) {
    return base::invalid("a hold is named by its number, see GET /node/holds");
  }
  const exchange::HomeState* const home = own_home(call);
  const auto hold = home == nullptr ? decltype(home->holds().end()){} : home->holds().find(seq);
  if (home == nullptr || hold == home->holds().end()) {
    return not_found(fmt::format("hold {} is not open; see GET /node/holds", seq));
  }
  const exchange::Order* const order = home->order(hold->second.request.order);
  if (order == nullptr || order->account != call.account) {
    return base::Error{base::ErrorCode::kForbidden, "this hold is of an order of another account"};
  }
  exchange::Exchange& exchange = call.context.exchange;
  if (base::Status done = exchange.abandon(seq, call.context.now); !done) return done.error();
  exchange.settle(call.context.now);
  std::string body;
  json::Writer(body)
      .begin_object()
      .integer("hold", static_cast<std::int64_t>(seq))
      .boolean("abandoned", true)
      .end_object();
  return answer_with(std::move(body));
}

Answer health(const Call& call) {
  const std::string state = call.context.node().state;
  if (state != "running") {
    return Outcome(error_response(503, fmt::format("the node is {}", state)));
  }
  return answer_with(R"({"status":"ok"})");
}

constexpr Route kNodeRoutes[] = {
    {"GET", "/node", kPublic, node},           {"GET", "/node/peers", kPublic, peers},
    {"POST", "/node/peers", kManage, connect}, {"DELETE", "/node/peers/{}", kManage, disconnect},
    {"GET", "/node/holds", kView, holds},      {"POST", "/node/holds/{}/abandon", kTrade, abandon},
    {"GET", "/node/names", kView, names},      {"DELETE", "/node/names/{}", kManage, forget_name},
    {"GET", "/health", kPublic, health},
};

}  // namespace

std::span<const Route> node_routes() { return kNodeRoutes; }

}  // namespace syrah::api
