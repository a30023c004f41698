#include "p2p/peer_storage.h"

#include <fmt/format.h>

#include <algorithm>

#include "json/reader.h"
#include "json/writer.h"
#include "p2p/limits.h"
#include "p2p/message_members.h"

namespace syrah::p2p {
namespace {

constexpr std::int64_t kFileVersion = 1;
constexpr json::Limits kFileLimits{
    .depth_max = 4,
    .members_max = kPinnedNamesMax,
    .items_max = kStoredPeersMax,
    .nodes_max = 16 * (kStoredPeersMax + kPinnedNamesMax + kDiscouragedStoredMax),
    .string_bytes_max = 1024,
    .number_digits_max = 20};

base::Error damaged(std::string_view what) {
  return {base::ErrorCode::kDamaged, fmt::format("peers file: {}", what)};
}

std::string line(const StoredPeer& peer) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.string("endpoint", peer.endpoint.text());
  if (peer.id) out.string("id", peer.id->text());
  out.string("name", peer.name);
  out.string("source", peer.source);
  out.integer("lastSuccess", peer.last_success_ms);
  out.integer("since", peer.since_ms);
  out.integer("failures", peer.failures);
  if (peer.route != Route::kDirect) out.string("route", to_text(peer.route));
  if (peer.anchor) out.boolean("anchor", true);
  out.end_object();
  return text;
}

base::Result<StoredPeer> read_peer(const json::Value& value) {
  MessageMembers in(json::MemberFinder(value), "peer");
  StoredPeer peer;
  const auto endpoint = Endpoint::parse(value.string("endpoint").value_or(""));
  if (!endpoint) return endpoint.error();
  peer.endpoint = *endpoint;
  if (in.has("id")) peer.id = in.node("id");
  peer.name = in.text_or("name", kNameBytesMax);
  peer.source = in.text_or("source", kWordBytesMax);
  peer.last_success_ms = in.time_or("lastSuccess");
  peer.failures = in.has("failures") ? in.number32("failures") : 0;
  const std::string_view route = in.text_or("route", kWordBytesMax);
  if (route == to_text(Route::kGrenache)) {
    peer.route = Route::kGrenache;
  } else if (!route.empty() && route != to_text(Route::kDirect)) {
    in.fail("route", "must be direct or grenache");
  }
  peer.since_ms = in.has("since") ? in.time_or("since") : peer.last_success_ms;
  peer.anchor = value.boolean("anchor").value_or(false);
  if (base::Status sound = in.status(); !sound) return sound.error();
  return peer;
}

std::string line(const StoredDiscouraged& one) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  if (one.id) {
    out.string("id", one.id->text());
  } else {
    out.string("party", one.party);
  }
  out.integer("until", one.until_ms);
  out.end_object();
  return text;
}

base::Result<StoredDiscouraged> read_discouraged(const json::Value& value) {
  MessageMembers in(json::MemberFinder(value), "discouraged");
  StoredDiscouraged one;
  if (in.has("id")) {
    one.id = in.node("id");
  } else {
    one.party = in.text("party", base::kHostBytesMax + 8);
  }
  one.until_ms = in.time_or("until");
  if (base::Status sound = in.status(); !sound) return sound.error();
  return one;
}

}  // namespace

std::string PeerStorage::write(const StoredPeers& stored) {
  std::string text = fmt::format("{{\"version\":{},\n\"peers\":[", kFileVersion);
  std::size_t count = 0;
  for (const StoredPeer& peer : stored.peers) {
    if (count == kStoredPeersMax) break;
    text += count++ == 0 ? "\n" : ",\n";
    text += line(peer);
  }
  text += "],\n\"names\":";
  {
    json::Writer out(text);
    out.begin_object();
    for (const auto& [name, id] : stored.names) out.string(name, id.text());
    out.end_object();
  }
  text += ",\n\"discouraged\":[";
  for (std::size_t i = 0; i < std::min(stored.discouraged.size(), 2 * kDiscouragedStoredMax); ++i) {
    text += i == 0 ? "\n" : ",\n";
    text += line(stored.discouraged[i]);
  }
  return text + "]}\n";
}

base::Result<StoredPeers> PeerStorage::read(const std::string& text) {
  if (text.size() > kPeersFileBytesMax) {
    return damaged(
        fmt::format("{} bytes, at most {} are allowed", text.size(), kPeersFileBytesMax));
  }
  const base::Result<json::Document> parsed = json::parse(text, kFileLimits);
  if (!parsed) return damaged(parsed.error().message);
  const auto version = parsed->integer("version");
  if (!version) return damaged("there is no version");
  if (*version != kFileVersion) {
    return damaged(fmt::format("version {}, only {} is known", *version, kFileVersion));
  }
  const json::Value* const peers = parsed->find("peers");
  if (peers == nullptr || !peers->is_array()) return damaged("there is no array \"peers\"");

  StoredPeers stored;
  for (const json::Value& item : peers->items()) {
    base::Result<StoredPeer> peer = read_peer(item);
    if (!peer) {
      return damaged(fmt::format("peer {}: {}", stored.peers.size() + 1, peer.error().message));
    }
    stored.peers.push_back(std::move(*peer));
  }
  if (const json::Value* const list = parsed->find("discouraged"); list != nullptr) {
    if (!list->is_array()) return damaged("\"discouraged\" must be an array");
    for (const json::Value& item : list->items()) {
      base::Result<StoredDiscouraged> one = read_discouraged(item);
      if (!one) return damaged(one.error().message);
      stored.discouraged.push_back(std::move(*one));
    }
  }
  const json::Value* const names = parsed->find("names");
  if (names == nullptr) return stored;
  for (const auto& [name, value] : names->members()) {
    const auto id = base::NodeId::parse(value.string().value_or(""));
    if (!id || name.empty() || name.size() > kNameBytesMax) {
      return damaged(
          fmt::format("name {}: must be a name with a node id", stored.names.size() + 1));
    }
    stored.names.emplace(name, *id);
  }
  return stored;
}

}  // namespace syrah::p2p
