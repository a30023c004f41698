#pragma once

// Everything that goes into a node and comes out of it. The daemon runs the node on sockets and
// disks, the simulator on simulated ones; the node cannot tell.

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "api/http.h"
#include "api/stream.h"
#include "base/log.h"
#include "base/result.h"
#include "grenache/io.h"
#include "node/history.h"
#include "node/records.h"
#include "p2p/connection_id.h"

namespace syrah::node {

using p2p::ConnectionId;

// ---- inputs ------------------------------------------------------------------------------------

/// A connection is open: dialled (the id is that of the Dial) or accepted (an id the edge made up).
struct Connected {
  ConnectionId connection = 0;
  base::Endpoint remote;
  bool dialled = false;
};
struct DialFailed {
  ConnectionId connection = 0;
  std::string reason;
};
struct Received {
  ConnectionId connection = 0;
  std::string bytes;
};
/// That many bytes given by Send have left.
struct Sent {
  ConnectionId connection = 0;
  std::size_t bytes = 0;
};
struct Closed {
  ConnectionId connection = 0;
  std::string reason;
};
/// The transaction, and all before it, survive a power cut.
struct Durable {
  std::uint64_t transaction = 0;
};
struct Requested {
  std::uint64_t request = 0;
  api::HttpRequest http;
};
/// A client's WebSocket connection is open.
struct StreamOpened {
  api::StreamId stream = 0;
};
struct StreamReceived {
  api::StreamId stream = 0;
  std::string text;
};
/// So many bytes of the messages given by StreamSend have left, by stream.
struct StreamsSent {
  std::vector<std::pair<api::StreamId, std::size_t>> bytes;
};
struct StreamClosed {
  api::StreamId stream = 0;
};
struct JournalAnswered {
  std::uint64_t query = 0;
  JournalAnswer answer;
};
/// What became of an HttpCall.
struct HttpAnswered {
  std::uint64_t call = 0;
  grenache::HttpAnswer answer;
};
/// Another peer's Grenache RPC.
struct RpcRequested {
  std::uint64_t request = 0;
  std::string body;
  std::string remote_host;
};
/// Where a Grape takes part in the DHT, by configuration, its name looked up.
struct DhtNodeFound {
  base::Endpoint address;
};
struct DatagramReceived {
  base::Endpoint from;
  std::string bytes;
};
/// The edge heard of a peer on the local network (mDNS). A hint: nothing of it is believed.
struct PeerFound {
  base::Endpoint endpoint;
  std::string node_id;  ///< as text, "" if it did not say
};
/// What became of a SaveKeys: `trouble` is empty if the file is on the disk.
struct KeysSaved {
  std::uint64_t save = 0;
  std::string trouble;
};
/// A deadline has come (see Node::next_deadline_us).
struct Tick {};
/// Stop cleanly: say goodbye to peers, make everything durable, then Stopped.
struct Shutdown {};

using Input = std::variant<Connected, DialFailed, Received, Sent, Closed, Durable, Requested,
                           StreamOpened, StreamReceived, StreamsSent, StreamClosed, JournalAnswered,
                           HttpAnswered, RpcRequested, DhtNodeFound, DatagramReceived, PeerFound,
                           KeysSaved, Tick, Shutdown>;

// ---- effects -----------------------------------------------------------------------------------

struct Dial {
  ConnectionId connection = 0;  ///< even; accepted connections get odd ids from the edge
  base::Endpoint remote;
};
struct Send {
  ConnectionId connection = 0;
  std::string bytes;
};
/// Close after what was sent has left, or after `kLingerMs` at the latest.
struct Close {
  ConnectionId connection = 0;
};
struct Append {
  Transaction transaction;
};
struct Reply {
  std::uint64_t request = 0;
  api::HttpResponse http;
};
struct QueryJournal {
  std::uint64_t query = 0;
  JournalQuery question;
};
/// Write the peers file.
struct SavePeers {
  std::string text;
};
/// Write the file of API keys and answer with KeysSaved, one after the other.
struct SaveKeys {
  std::uint64_t save = 0;
  std::string text;
};
struct Log {
  base::LogLine line;
};
/// The node cannot or must not go on. `fault` empty: it was asked to stop.
struct Stopped {
  std::string fault;
};

using api::StreamClose;
using api::StreamSend;
using grenache::HttpCall;
using grenache::RpcReply;
using grenache::SendDatagram;

using Effect = std::variant<Dial, Send, Close, Append, Reply, StreamSend, StreamClose, QueryJournal,
                            SavePeers, SaveKeys, HttpCall, RpcReply, SendDatagram, Log, Stopped>;
using Effects = std::vector<Effect>;

}  // namespace syrah::node
