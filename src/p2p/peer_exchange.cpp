#include "p2p/peer_exchange.h"

#include <set>

#include "base/time.h"
#include "p2p/ip_address.h"
#include "p2p/limits.h"
#include "p2p/peer_protocol.h"

namespace syrah::p2p {

PeerExchange read_peers(json::Value::Items items) {
  PeerExchange told;
  for (const json::Value& item : items) {
    if (told.peers.size() >= kExchangePeersMax) break;
    const std::string host = plain_host(item.string("address").value_or(""));
    const std::int64_t port = item.integer("port").value_or(0);
    if (port < 1 || port > 65'535) continue;
    const auto endpoint = Endpoint::parse(Endpoint{host, static_cast<std::uint16_t>(port)}.text());
    if (!endpoint) continue;
    told.peers.push_back({printable(item.string("nodeId").value_or(""), kNameBytesMax), *endpoint});
  }
  return told;
}

PeerExchange answer(const std::vector<KnownPeer>& known, const Asker& asker) {
  PeerExchange reply;
  std::set<Endpoint> told;
  const std::size_t count_max = asker.basic ? kExchangePeersBasicMax : kExchangePeersMax;
  for (const KnownPeer& peer : known) {
    if (reply.peers.size() >= count_max) break;
    if (peer.name == asker.name || (asker.listens && peer.endpoint == *asker.listens)) continue;
    if (!makes_sense_for(peer.endpoint.host, asker.host)) continue;
    if (!told.insert(peer.endpoint).second) continue;
    reply.peers.push_back({peer.name, peer.endpoint});
  }
  return reply;
}

std::vector<Endpoint> worth_trying(const PeerExchange& told, std::string_view teller_host) {
  std::vector<Endpoint> endpoints;
  for (const PeerExchange::Peer& peer : told.peers) {
    if (makes_sense_for(peer.endpoint.host, teller_host)) endpoints.push_back(peer.endpoint);
  }
  return endpoints;
}

void ExchangeTurns::asked(std::int64_t now_us) {
  next_question_us_ = now_us + kExchangeMs * base::kUsPerMs;
  waiting_ = true;
}

bool ExchangeTurns::may_answer(std::int64_t now_us) {
  if (now_us < next_answer_us_) return false;
  next_answer_us_ = now_us + kExchangeAnswerMs * base::kUsPerMs;
  return true;
}

bool ExchangeTurns::expected() {
  const bool expected = waiting_;
  waiting_ = false;
  return expected;
}

}  // namespace syrah::p2p
