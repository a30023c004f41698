#include "grenache/dht_announcer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/check.h"
#include "grenache/address_hint.h"
#include "grenache/limits.h"

namespace syrah::grenache {
namespace {

using base::LogLevel;
using base::LogLine;

constexpr std::size_t kTransactionBytes = 4;
/// BEP 5: an id of 20 bytes, an IPv4 address, a port.
constexpr std::size_t kNodeIdBytes = 20;
constexpr std::size_t kCompactNodeBytes = kNodeIdBytes + 6;

void end_query(BencodeWriter& writer, std::string_view name, std::string_view transaction) {
  writer.bytes("q", name).bytes("t", transaction).bytes("y", "q").end();
}

}  // namespace

std::string get_peers_query(std::string_view transaction, const Service& service) {
  std::string query;
  BencodeWriter writer(query);
  writer.begin_dict().key("a").begin_dict().bytes("info_hash", service.name).end();
  end_query(writer, "get_peers", transaction);
  return query;
}

std::string announce_query(std::string_view transaction, const Service& service,
                           std::string_view token) {
  std::string query;
  BencodeWriter writer(query);
  writer.begin_dict().key("a").begin_dict().integer("implied_port", 0);
  writer.bytes("info_hash", service.name).integer("port", service.port).bytes("token", token).end();
  end_query(writer, "announce_peer", transaction);
  return query;
}

std::string find_node_query(std::string_view transaction, std::string_view target) {
  std::string query;
  BencodeWriter writer(query);
  writer.begin_dict().key("a").begin_dict().bytes("target", target).end();
  end_query(writer, "find_node", transaction);
  return query;
}

DhtAnnouncer::DhtAnnouncer(std::vector<Service> services,
                           const std::vector<base::Endpoint>& addresses, std::uint64_t random_seed)
    : services_(std::move(services)), random_(random_seed) {
  for (const Service& service : services_) {
    SYRAH_CHECK(service.port != 0, "port 0 would announce the port of the datagrams");
    SYRAH_CHECK(service.name.size() <= kServiceBytesMax, "a service's name is too long");
  }
  for (std::uint8_t& byte : transaction_key_) byte = static_cast<std::uint8_t>(random_.below(256));
  for (const base::Endpoint& address : addresses) {
    const std::optional<Ipv4> ip = parse_ipv4(address.host);
    if (ip && is_reachable(*ip, address.port, Vantage::kThisHost)) add(address, true, {});
  }
}

void DhtAnnouncer::add(const base::Endpoint& address, bool configured, base::Time now) {
  if (nodes_.size() >= kDhtAddressesMax || services_.empty()) return;
  const auto [place, is_new] = nodes_.try_emplace(address);
  if (!is_new) return;
  place->second.configured = configured;
  place->second.talks.resize(services_.size());
  for (Talk& talk : place->second.talks) talk.due_us = now.steady_us;
}

void DhtAnnouncer::start(base::Time now, Outputs& out) {
  running_ = true;
  for (auto& [address, node] : nodes_) {
    for (Talk& talk : node.talks) {
      talk.step = Step::kResting;
      talk.due_us = now.steady_us;
    }
    node.find_transaction.clear();
  }
  tick(now, out);
}

void DhtAnnouncer::tick(base::Time now, Outputs& out) {
  if (!running_) return;
  for (auto& [address, node] : nodes_) {
    for (std::size_t service = 0; service < services_.size(); ++service) {
      if (node.talks[service].due_us <= now.steady_us) go_on(address, node, service, now, out);
    }
  }
  forget_dead();
}

void DhtAnnouncer::go_on(const base::Endpoint& to, Node& node, std::size_t service, base::Time now,
                         Outputs& out) {
  Talk& talk = node.talks[service];
  if (talk.step == Step::kResting) {
    talk.step = Step::kAsking;
    talk.transaction = next_transaction();
    talk.query = get_peers_query(talk.transaction, services_[service]);
    talk.sends = 0;
  } else if (talk.sends >= kDhtSendsMax) {
    finish(node, talk, false, now, out);
    return;
  }
  send(to, talk, now, out);
}

void DhtAnnouncer::send(const base::Endpoint& to, Talk& talk, base::Time now, Outputs& out) {
  ++talk.sends;
  talk.due_us = now.steady_us + kDhtTimeoutMs * base::kUsPerMs;
  out.push_back(SendDatagram{to, talk.query});
}

std::int64_t DhtAnnouncer::next_deadline_us() const {
  std::int64_t next_us = base::kNeverUs;
  if (!running_) return next_us;
  for (const auto& [address, node] : nodes_) {
    for (const Talk& talk : node.talks) next_us = std::min(next_us, talk.due_us);
  }
  return next_us;
}

void DhtAnnouncer::datagram(const base::Endpoint& from, std::string_view bytes, base::Time now,
                            Outputs& out) {
  const auto found = nodes_.find(from);
  if (!running_ || found == nodes_.end()) return;
  Node& node = found->second;
  const base::Result<BencodeValue> message = BencodeValue::parse(bytes);
  if (!message) return;
  const std::optional<std::string_view> type = message->bytes("y");
  const std::optional<std::string_view> transaction = message->bytes("t");
  const BencodeValue* const reply = message->find("r");
  if (transaction && !transaction->empty() && *transaction == node.find_transaction) {
    node.find_transaction.clear();
    if (type == "r" && reply) learn(from, reply->bytes("nodes").value_or(""), now);
    return;
  }
  const auto talk = std::find_if(node.talks.begin(), node.talks.end(), [&](const Talk& each) {
    return each.step != Step::kResting && transaction && each.transaction == *transaction;
  });
  if (talk == node.talks.end()) return;
  if (type == "e") {
    finish(node, *talk, false, now, out);
  } else if (type == "r" && reply && reply->kind() == BencodeValue::Kind::kDict) {
    if (talk->step == Step::kStoring) {
      finish(node, *talk, true, now, out);
    } else {
      take_peers(from, node, static_cast<std::size_t>(talk - node.talks.begin()), *reply, now, out);
    }
  }
  forget_dead();
}

/// The reply to get_peers: a token to announce with, and addresses of peers or of nearer nodes.
void DhtAnnouncer::take_peers(const base::Endpoint& from, Node& node, std::size_t service,
                              const BencodeValue& reply, base::Time now, Outputs& out) {
  if (const BencodeValue* const values = reply.find("values")) {
    AddressHints hints(vantage_of(from.host));
    for (const BencodeValue& value : values->items()) hints.add_compact(value.bytes().value_or(""));
    std::vector<base::Endpoint> endpoints = hints.take();
    if (!endpoints.empty()) out.push_back(Found{services_[service].name, std::move(endpoints)});
  }
  Talk& talk = node.talks[service];
  const std::string_view token = reply.bytes("token").value_or("");
  if (token.empty() || token.size() > kDhtTokenBytesMax) {
    finish(node, talk, false, now, out);
  } else {
    talk.step = Step::kStoring;
    talk.transaction = next_transaction();
    talk.query = announce_query(talk.transaction, services_[service], token);
    talk.sends = 0;
    send(from, talk, now, out);
  }
  if (const std::optional<std::string_view> nodes = reply.bytes("nodes")) {
    learn(from, *nodes, now);
  } else if (service == 0) {
    find_nodes(from, node, out);
  }
}

/// Grapes that know peers name no nodes. A target that is another one each time leads to different
/// corners of a large DHT. Not repeated when no reply comes: the next round asks again.
void DhtAnnouncer::find_nodes(const base::Endpoint& to, Node& node, Outputs& out) {
  const crypto::Digest target = next_secret();
  node.find_transaction = next_transaction();
  out.push_back(SendDatagram{
      to, find_node_query(node.find_transaction,
                          std::string(target.begin(), target.begin() + kNodeIdBytes))});
}

void DhtAnnouncer::finish(Node& node, Talk& talk, bool stored, base::Time now, Outputs& out) {
  ++(stored ? counts_.announces_ok : counts_.announces_failed);
  node.failures = stored ? 0 : node.failures + 1;
  talk.step = Step::kResting;
  talk.tried = true;
  talk.stored = stored;
  talk.due_us =
      now.steady_us + random_.between(kRepeatMinMs * base::kUsPerMs, kRepeatMaxMs * base::kUsPerMs);
  tell_standing(stored, out);
}

void DhtAnnouncer::learn(const base::Endpoint& teller, std::string_view nodes, base::Time now) {
  if (nodes.size() % kCompactNodeBytes != 0) return;
  AddressHints hints(vantage_of(teller.host));
  for (std::size_t at = 0; at < nodes.size(); at += kCompactNodeBytes) {
    hints.add_compact(nodes.substr(at + kNodeIdBytes, kCompactNodeBytes - kNodeIdBytes));
  }
  for (const base::Endpoint& address : hints.take()) add(address, false, now);
}

/// Addresses only heard of make room when they do not answer; those configured are the operator's
/// word.
void DhtAnnouncer::forget_dead() {
  std::erase_if(nodes_, [&](const auto& entry) {
    const Node& node = entry.second;
    return !node.configured && node.failures >= kDhtFailuresMax * services_.size();
  });
}

/// After a round of one service at one address. What it stored is no trouble, though the others
/// may be stored a moment later only.
void DhtAnnouncer::tell_standing(bool stored, Outputs& out) {
  if (announced()) {
    if (!std::exchange(told_unheard_, false)) return;
    out.push_back(LogLine{LogLevel::kInfo, "announced in the DHT again", {}});
    return;
  }
  if (stored || quiet_) return;
  const bool all_tried = std::all_of(nodes_.begin(), nodes_.end(), [](const auto& entry) {
    return !entry.second.configured ||
           std::all_of(entry.second.talks.begin(), entry.second.talks.end(),
                       [](const Talk& talk) { return talk.tried; });
  });
  if (!all_tried || std::exchange(told_unheard_, true)) return;
  out.push_back(LogLine{LogLevel::kWarning,
                        "not announced in the DHT: no node of it stores our address",
                        {{"addresses", std::to_string(nodes_.size())}}});
}

std::size_t DhtAnnouncer::stored() const {
  return static_cast<std::size_t>(
      std::count_if(nodes_.begin(), nodes_.end(), [](const auto& entry) {
        return std::any_of(entry.second.talks.begin(), entry.second.talks.end(),
                           [](const Talk& talk) { return talk.stored; });
      }));
}

bool DhtAnnouncer::announced() const {
  if (nodes_.empty()) return false;
  for (std::size_t service = 0; service < services_.size(); ++service) {
    const bool stored = std::any_of(nodes_.begin(), nodes_.end(), [&](const auto& entry) {
      return entry.second.talks[service].stored;
    });
    if (!stored) return false;
  }
  return true;
}

/// HMAC rather than Random, whose next number follows from those seen.
crypto::Digest DhtAnnouncer::next_secret() {
  return crypto::hmac_sha256(transaction_key_, std::to_string(++transactions_));
}

std::string DhtAnnouncer::next_transaction() {
  const crypto::Digest digest = next_secret();
  return {digest.begin(), digest.begin() + kTransactionBytes};
}

}  // namespace syrah::grenache
