#include <utility>

#include "base/overloaded.h"
#include "node/step.h"

namespace syrah::node {

// ---- connections of both routes ----------------------------------------------------------------

void Step::dial(p2p::ToDial& dial) {
  if (dial.route == p2p::Route::kGrenache && parts_.grenache) {
    return parts_.grenache->dial(dial.connection, dial.remote, now_);
  }
  effects_.emplace_back(Dial{dial.connection, std::move(dial.remote)});
}

void Step::send(p2p::ToSend& send) {
  if (parts_.grenache && parts_.grenache->has(send.connection)) {
    return parts_.grenache->send(send.connection, send.bytes, now_);
  }
  effects_.emplace_back(Send{send.connection, std::move(send.bytes)});
}

void Step::close(p2p::ToClose close) {
  if (parts_.grenache && parts_.grenache->has(close.connection)) {
    return parts_.grenache->close(close.connection, now_);
  }
  effects_.emplace_back(Close{close.connection});
}

// ---- inputs ------------------------------------------------------------------------------------

void Step::start_grenache() {
  if (!parts_.grenache) return;
  parts_.grenache->start(now_);
  if (parts_.grenache->talks_to_old_nodes()) {
    parts_.basic.old_network_up();
  }
}

void Step::on(const HttpAnswered& input) {
  if (parts_.grenache) parts_.grenache->answered(input.call, input.answer, now_);
}

void Step::on(const RpcRequested& input) {
  if (parts_.grenache) {
    parts_.grenache->requested(input.request, input.body, input.remote_host, now_);
  }
}

void Step::on(const DhtNodeFound& input) {
  if (parts_.grenache) parts_.grenache->dht_node_found(input.address, now_);
}

void Step::on(const DatagramReceived& input) {
  if (parts_.grenache) parts_.grenache->datagram(input.from, input.bytes, now_);
}

void Step::on(const PeerFound& input) {
  const base::Result<base::NodeId> id = base::NodeId::parse(input.node_id);
  parts_.peers.found(input.endpoint, p2p::Source::kMdns, p2p::Route::kDirect,
                     id ? std::optional(*id) : std::nullopt, now_, parts_.peer_outputs);
}

// ---- outputs -----------------------------------------------------------------------------------

bool Step::from_grenache() {
  if (!parts_.grenache) return false;
  std::vector<grenache::Output> outputs = parts_.grenache->take_outputs();
  const std::vector<GrenacheDesk::Address> addresses = parts_.grenache->take_addresses();
  const std::vector<p2p::Message> heard = parts_.grenache->take_heard();
  for (grenache::Output& output : outputs) from_grenache(std::move(output));
  for (const GrenacheDesk::Address& address : addresses) {
    parts_.peers.found(address.endpoint, p2p::Source::kGrenache,
                       address.tunnel ? p2p::Route::kGrenache : p2p::Route::kDirect, std::nullopt,
                       now_, parts_.peer_outputs);
  }
  if (parts_.phase == Phase::kRunning) {
    for (const p2p::Message& message : heard) parts_.basic.heard(message.sender, message, now_);
  }
  return !outputs.empty() || !addresses.empty();
}

void Step::from_grenache(grenache::Output output) {
  p2p::PeerManager& peers = parts_.peers;
  p2p::PeerOutputs& out = parts_.peer_outputs;
  std::visit(base::Overloaded{
                 [&](grenache::HttpCall& call) { effects_.emplace_back(std::move(call)); },
                 [&](grenache::RpcReply& reply) { effects_.emplace_back(std::move(reply)); },
                 [&](grenache::SendDatagram& send) { effects_.emplace_back(std::move(send)); },
                 [&](const grenache::TunnelOpened& opened) {
                   peers.connected(opened.connection, opened.remote, opened.dialled,
                                   p2p::Route::kGrenache, now_, out);
                 },
                 [&](const grenache::TunnelFailed& failed) {
                   peers.dial_failed(failed.connection, failed.reason, now_, out);
                 },
                 [&](const grenache::TunnelReceived& received) {
                   peers.received(received.connection, received.bytes, now_, out);
                 },
                 [&](const grenache::TunnelSent& sent) {
                   peers.sent(sent.connection, sent.bytes, now_, out);
                 },
                 [&](const grenache::TunnelClosed& closed) {
                   peers.closed(closed.connection, closed.reason, now_, out);
                 },
                 [&](const grenache::Found&) {},  // became addresses
                 [&](base::LogLine& line) { effects_.emplace_back(Log{std::move(line)}); },
             },
             output);
}

}  // namespace syrah::node
