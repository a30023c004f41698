#pragma once

// Lets a node run on real sockets, a real disk and real clocks: inputs go in one after the other,
// effects are carried out in their order. One thread owns the node; the disk has threads of its
// own, which only post back.

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "base/result.h"
#include "daemon/config.h"
#include "daemon/edge_counts.h"
#include "daemon/grenache_edge.h"
#include "daemon/keys_file.h"
#include "daemon/log.h"
#include "daemon/node_files.h"
#include "daemon/peers_file.h"
#include "daemon/reader_thread.h"
#include "daemon/storage_thread.h"
#include "net/http_server.h"
#include "net/mdns.h"
#include "net/tcp_transport.h"
#include "node/node.h"

namespace syrah::daemon {

class Runtime final : private net::TransportEvents {
 public:
  /// `config` and `log` must outlive this.
  Runtime(const Config& config, std::string version, Log& log);
  ~Runtime() override;
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  /// Opens the ports and starts the node on what its files hold.
  base::Status start(NodeFiles files);

  /// Runs until SIGINT or SIGTERM (gives 0) or a fault (gives 1). A second signal ends the process
  /// at once.
  int run();

 private:
  void connected(net::ConnectionId connection, const net::Endpoint& remote, bool dialled) override;
  void dial_failed(net::ConnectionId connection, const std::string& reason) override;
  void received(net::ConnectionId connection, std::string bytes) override;
  void sent(net::ConnectionId connection, std::size_t bytes) override;
  void closed(net::ConnectionId connection, const std::string& reason) override;
  void accept_troubled(const std::string& reason) override;

  net::StreamEvents stream_events();
  base::Status open_ports();
  void start_threads(store::Journal journal, store::History history);
  void prepare_mdns(const node::Config& config);
  void feed(node::Input input);
  void carry_out();
  void apply(node::Dial& effect);
  void apply(node::Send& effect);
  void apply(node::Close& effect);
  void apply(node::Append& effect);
  void apply(node::Reply& effect);
  void apply(node::StreamSend& effect);
  void apply(node::StreamClose& effect);
  void apply(node::QueryJournal& effect);
  void apply(node::SavePeers& effect);
  void apply(node::SaveKeys& effect);
  void apply(node::HttpCall& effect);
  void apply(node::RpcReply& effect);
  void apply(node::SendDatagram& effect);
  void apply(node::Log& effect);
  void apply(node::Stopped& effect);
  void stored(const base::Result<Committed>& done);
  void requested(std::uint64_t request, api::HttpRequest http);
  void answer(std::uint64_t request, api::HttpResponse response);
  [[nodiscard]] api::HttpResponse metrics();
  void arm_timer();
  void await_signal();
  void shut_down();
  void finish(int status);
  void leave_when_closed();

  const Config& config_;
  std::string version_;
  Log& log_;
  asio::io_context io_{1};
  asio::signal_set signals_{io_};
  asio::steady_timer deadline_{io_};  ///< of the node
  asio::steady_timer patience_{io_};  ///< while stopping
  std::int64_t armed_us_ = 0;         ///< when deadline_ fires; 0: not armed
  net::TcpTransport transport_;
  net::HttpServer http_;
  ApiCounts api_counts_;
  JournalCounts journal_counts_;
  std::string journal_file_;
  std::int64_t started_wall_us_;
  std::unique_ptr<GrenacheEdge> grenache_;  ///< absent: the node never speaks to a Grape
  std::unique_ptr<net::Mdns> mdns_;
  std::unique_ptr<node::Node> node_;
  std::deque<node::Input> inputs_;
  node::Effects effects_;
  bool feeding_ = false;
  bool finished_ = false;
  int status_ = 0;
  PeersFile peers_file_;
  std::unique_ptr<store::DataDirLock> lock_;  ///< released after the threads below are gone
  std::unique_ptr<KeysFile> keys_file_;
  std::unique_ptr<StorageThread> storage_;
  /// Gone before the one above: only the writer's connection, if it is the last one, can leave the
  /// journal as one file.
  std::unique_ptr<ReaderThread> reader_;
};

}  // namespace syrah::daemon
