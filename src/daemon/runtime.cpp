#include "daemon/runtime.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <asio/post.hpp>
#include <chrono>
#include <csignal>
#include <cstring>
#include <span>
#include <utility>
#include <variant>

#include "crypto/entropy.h"
#include "daemon/clock.h"
#include "daemon/descriptors.h"
#include "daemon/metrics_page.h"
#include "daemon/process_figures.h"
#include "daemon/prometheus_text.h"
#include "net/tls_context.h"
#include "node/metrics.h"

namespace syrah::daemon {

namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

/// Time to stop cleanly; a disk that hangs must not keep the process for ever.
constexpr std::chrono::milliseconds kStopPatience{2000};
/// Time for the last bytes to leave once the node has stopped: the transport's linger, and a
/// little.
constexpr std::chrono::milliseconds kLeavePatience{net::kLingerMs + 200};
/// The timer is never set further ahead: "no deadline" does not fit into the clock's own unit.
constexpr std::int64_t kTimerAheadMaxUs = 3600 * base::kUsPerSecond;

std::uint64_t random_seed() {
  std::array<std::uint8_t, sizeof(std::uint64_t)> bytes{};
  crypto::fill_random(bytes);
  std::uint64_t seed = 0;
  std::memcpy(&seed, bytes.data(), sizeof seed);
  return seed;
}

node::Config node_config(const Config& config, const NodeFiles& files, const std::string& version) {
  node::Config result{.identity = files.identity,
                      .version = version,
                      .mode = config.mode(),
                      .instruments = config.instruments,
                      .p2p = {},
                      .grenache = {},
                      .api_keys = {files.api_key},
                      .api_switches = files.api_records.switches,
                      .api_rates = config.api_rates,
                      .api_randomness = {},
                      .fees = config.fees,
                      .random_seed = random_seed(),
                      .planted = {}};
  for (const api::ApiKey& key : files.api_records.keys) result.api_keys.push_back(key);
  crypto::fill_random(result.api_randomness);
  result.p2p.node_name = config.node_id.empty() ? files.identity.id().text() : config.node_id;
  result.p2p.software = "syrah " + version;
  result.p2p.listen_port = config.p2p_port;
  result.p2p.advertise = config.p2p_advertise;
  result.p2p.bootstrap = config.bootstrap_peers;
  result.p2p.basic_peers = config.basic_peers;
  result.p2p.peers_max = config.max_peers;
  result.p2p.reconnect_interval_ms = config.peer_reconnect_interval_ms;
  result.p2p.p2p_enabled = config.p2p_enabled;
  result.p2p.grenache_enabled = config.discovery_grenache;
  return result;
}

base::Status naming(const char* variables, const base::Status& status) {
  return status ? status
                : base::Status(base::Error{
                      status.error().code,
                      fmt::format("{} (set by {})", status.error().message, variables)});
}

}  // namespace

Runtime::Runtime(const Config& config, std::string version, Log& log)
    : config_(config),
      version_(std::move(version)),
      log_(log),
      transport_(io_, *this, make_room_for_connections()),
      http_(
          io_, {.host = config.api_host, .port = config.api_port, .names = config.api_names()},
          [this](std::uint64_t request, api::HttpRequest http) {
            requested(request, std::move(http));
          },
          stream_events()),
      started_wall_us_(now().wall_us),
      peers_file_(config.peers_file(), [&log](const base::Error& error) {
        log.write({base::LogLevel::kWarning, "peers file not written", {{"why", error.message}}});
      }) {}

Runtime::~Runtime() = default;

net::StreamEvents Runtime::stream_events() {
  net::StreamEvents events;
  events.opened = [this](api::StreamId stream) { feed(node::StreamOpened{stream}); };
  events.received = [this](api::StreamId stream, std::string text) {
    feed(node::StreamReceived{stream, std::move(text)});
  };
  events.sent = [this](std::vector<std::pair<api::StreamId, std::size_t>> bytes) {
    feed(node::StreamsSent{std::move(bytes)});
  };
  events.closed = [this](api::StreamId stream, const std::string& reason) {
    log_.write({base::LogLevel::kDebug, "client of the feed left", {{"why", reason}}});
    feed(node::StreamClosed{stream});
    leave_when_closed();
  };
  return events;
}

base::Status Runtime::start(NodeFiles files) {
  if (auto opened = open_ports(); !opened) {
    return opened;
  }
  if (!files.peers_trouble.empty()) {
    log_.write({base::LogLevel::kWarning, "peers file not read", {{"why", files.peers_trouble}}});
  }
  auto config = node_config(config_, files, version_);
  if (grenache_) {
    config.grenache = grenache_->node_config();
  }
  if (config_.p2p_enabled && config_.discovery_mdns) {
    prepare_mdns(config);
  }
  lock_ = std::make_unique<store::DataDirLock>(std::move(files.lock));
  keys_file_ = std::make_unique<KeysFile>(
      files.key_records_file, [this](std::uint64_t save, const base::Status& done) {
        asio::post(io_, [this, save, trouble = done ? "" : done.error().message] {
          feed(node::KeysSaved{save, trouble});
        });
      });
  journal_file_ = files.journal.file();
  start_threads(std::move(files.journal), std::move(files.history));
  auto started =
      node::Node::start(std::move(config), files.recovered, files.peers_text, now(), effects_);
  if (!started) {
    return started.error();
  }
  node_ = std::move(started).value();
  await_signal();
  carry_out();
  arm_timer();
  if (grenache_) {
    grenache_->start();
  }
  if (mdns_) {
    static_cast<void>(mdns_->start());  // it logs what is wrong, and nothing depends on it
  }
  return base::success();
}

void Runtime::prepare_mdns(const node::Config& config) {
  net::MdnsSettings settings;
  settings.node_id = config.identity.id().text();
  settings.name = config.p2p.node_name;
  settings.network = config.p2p.network;
  settings.protocol_version = 1;
  settings.port = transport_.listening_port();
  settings.listen_host = config_.p2p_host;
  net::MdnsEvents events;
  events.on_found = [this](const net::MdnsPeer& peer) {
    feed(node::PeerFound{peer.endpoint, peer.node_id});
  };
  events.on_log = [this](const base::LogLine& line) { log_.write(line); };
  mdns_ = std::make_unique<net::Mdns>(io_, std::move(settings), std::move(events));
}

base::Status Runtime::open_ports() {
  if (config_.p2p_enabled) {
    const auto listening = transport_.listen(config_.p2p_host, config_.p2p_port);
    if (!listening) {
      return naming("P2P_HOST and P2P_PORT", listening);
    }
  }
  if (config_.discovery_grenache) {
    grenache_ = std::make_unique<GrenacheEdge>(io_, config_, [this](node::Input input) {
      feed(std::move(input));
      leave_when_closed();
    });
    const auto opened = grenache_->open();
    if (!opened) {
      return naming("P2P_HOST and RPC_PORT", opened);
    }
  }
  if (!config_.api_tls_cert.empty()) {
    auto tls = net::load_tls(config_.api_tls_cert, config_.api_tls_key);
    if (!tls) {
      return naming("API_TLS_CERT and API_TLS_KEY", tls.error());
    }
    http_.use_tls(*std::move(tls));
  }
  return naming("API_HOST and API_PORT", http_.open());
}

void Runtime::start_threads(store::Journal journal, store::History history) {
  storage_ =
      std::make_unique<StorageThread>(std::move(journal), [this](base::Result<Committed> done) {
        asio::post(io_, [this, done = std::move(done)] { stored(done); });
      });
  reader_ = std::make_unique<ReaderThread>(
      std::move(history), [this](std::uint64_t query, node::JournalAnswer answer) {
        asio::post(io_, [this, query, answer = std::move(answer)]() mutable {
          feed(node::JournalAnswered{query, std::move(answer)});
        });
      });
}

int Runtime::run() {
  io_.run();
  // What the node gave to keep is kept, whatever the reason for stopping.
  storage_->stop();
  reader_->stop();
  log_.write({base::LogLevel::kInfo, "node stopped", {{"status", std::to_string(status_)}}});
  return status_;
}

// ---- inputs ------------------------------------------------------------------------------------

// Effects may lead to inputs at once; those wait here, so that the node is never entered twice.
void Runtime::feed(node::Input input) {
  inputs_.push_back(std::move(input));
  if (feeding_) {
    return;
  }
  feeding_ = true;
  while (!inputs_.empty() && !finished_) {
    node::Input next = std::move(inputs_.front());
    inputs_.pop_front();
    node_->step(std::move(next), now(), effects_);
    carry_out();
  }
  inputs_.clear();
  feeding_ = false;
  arm_timer();
}

void Runtime::connected(net::ConnectionId connection, const net::Endpoint& remote, bool dialled) {
  feed(node::Connected{connection, remote, dialled});
}
void Runtime::dial_failed(net::ConnectionId connection, const std::string& reason) {
  feed(node::DialFailed{connection, reason});
}
void Runtime::received(net::ConnectionId connection, std::string bytes) {
  feed(node::Received{connection, std::move(bytes)});
}
void Runtime::sent(net::ConnectionId connection, std::size_t bytes) {
  feed(node::Sent{connection, bytes});
}
void Runtime::closed(net::ConnectionId connection, const std::string& reason) {
  feed(node::Closed{connection, reason});
  leave_when_closed();
}
void Runtime::accept_troubled(const std::string& reason) {
  log_.write({base::LogLevel::kWarning, "cannot accept peers", {{"why", reason}}});
}

// Fail-stop: after a failed write only the next start can know what is on the disk.
void Runtime::stored(const base::Result<Committed>& done) {
  if (done) {
    journal_counts_.committed(*done);
    feed(node::Durable{done->last});
    return;
  }
  log_.write({base::LogLevel::kError, "journal failed", {{"why", done.error().message}}});
  finish(1);
}

void Runtime::arm_timer() {
  const std::int64_t now_us = now().steady_us;
  const std::int64_t wanted_us = std::min(node_->next_deadline_us(), now_us + kTimerAheadMaxUs);
  if (finished_ || (armed_us_ != 0 && armed_us_ <= wanted_us)) {
    return;  // firing early costs less than setting the timer anew after each input
  }
  armed_us_ = wanted_us;
  deadline_.expires_at(steady_clock::time_point(microseconds(wanted_us)));
  deadline_.async_wait([this](const asio::error_code& error) {
    if (error) {
      return;
    }
    armed_us_ = 0;
    if (now().steady_us >= node_->next_deadline_us()) {
      feed(node::Tick{});
    } else {
      arm_timer();
    }
  });
}

// ---- effects -----------------------------------------------------------------------------------

void Runtime::carry_out() {
  for (node::Effect& effect : effects_) {
    std::visit([this](auto& alternative) { apply(alternative); }, effect);
  }
  effects_.clear();
}

void Runtime::apply(node::Dial& effect) { transport_.dial(effect.connection, effect.remote); }
void Runtime::apply(node::Send& effect) {
  transport_.send(effect.connection, std::move(effect.bytes));
}
void Runtime::apply(node::Close& effect) { transport_.close(effect.connection); }
void Runtime::apply(node::Append& effect) { storage_->append(std::move(effect.transaction)); }
void Runtime::apply(node::Reply& effect) { answer(effect.request, std::move(effect.http)); }
void Runtime::apply(node::StreamSend& effect) { http_.send(effect); }
void Runtime::apply(node::StreamClose& effect) { http_.close_stream(effect); }
void Runtime::apply(node::SavePeers& effect) { peers_file_.save(std::move(effect.text)); }
void Runtime::apply(node::SaveKeys& effect) {
  keys_file_->save(effect.save, std::move(effect.text));
}
void Runtime::apply(node::HttpCall& effect) { grenache_->apply(effect); }
void Runtime::apply(node::RpcReply& effect) { grenache_->apply(effect); }
void Runtime::apply(node::SendDatagram& effect) { grenache_->apply(effect); }
void Runtime::apply(node::Log& effect) { log_.write(effect.line); }

void Runtime::apply(node::QueryJournal& effect) {
  if (!reader_->ask(effect.query, std::move(effect.question))) {
    node::JournalAnswer busy;
    busy.error = "too many questions wait for the journal";
    asio::post(io_, [this, query = effect.query, busy = std::move(busy)]() mutable {
      feed(node::JournalAnswered{query, std::move(busy)});
    });
  }
}

void Runtime::apply(node::Stopped& effect) { finish(effect.fault.empty() ? 0 : 1); }

// ---- clients -----------------------------------------------------------------------------------

void Runtime::requested(std::uint64_t request, api::HttpRequest http) {
  if (!is_for_metrics(http)) {
    api_counts_.asked(request, api::route_of(http), now().steady_us);
    return feed(node::Requested{request, std::move(http)});
  }
  auto refused = metrics_refusal(http);
  api_counts_.asked(request, refused ? api::RouteName{} : kMetricsRoute, now().steady_us);
  answer(request, refused ? *std::move(refused) : metrics());
}

void Runtime::answer(std::uint64_t request, api::HttpResponse response) {
  api_counts_.answered(request, response.status, now().steady_us);
  http_.reply(request, std::move(response));
}

api::HttpResponse Runtime::metrics() {
  const EdgeMetrics edge{.started_wall_us = started_wall_us_,
                         .process = read_process_figures(),
                         .disk = read_disk_figures(journal_file_),
                         .api = api_counts_,
                         .journal = journal_counts_,
                         .api_connections = http_.connections(),
                         .api_refusals = http_.refusals()};
  api::HttpResponse response;
  response.body = metrics_page(node::metrics_of(node_->parts(), now()), edge);
  response.content_type = kPrometheusContentType;
  return response;
}

// ---- stopping ----------------------------------------------------------------------------------

void Runtime::await_signal() {
  signals_.add(SIGINT);
  signals_.add(SIGTERM);
  signals_.async_wait([this](const asio::error_code& error, int /*signal*/) {
    if (!error) {
      signals_.clear();  // the next one has its usual effect: it ends the process
      shut_down();
    }
  });
}

void Runtime::shut_down() {
  patience_.expires_after(kStopPatience);
  patience_.async_wait([this](const asio::error_code& error) {
    if (!error && !finished_) {
      log_.write({base::LogLevel::kError, "could not stop cleanly in time", {}});
      finish(1);
    }
  });
  feed(node::Shutdown{});
}

// Goodbyes and last answers are on their way: they may leave, nothing new comes in.
void Runtime::finish(int status) {
  if (finished_) {
    return;
  }
  finished_ = true;
  status_ = status;
  deadline_.cancel();
  if (mdns_) {
    mdns_->stop();
  }
  if (grenache_) {
    grenache_->close();
  }
  transport_.stop_listening();
  transport_.close_all();
  http_.close();
  patience_.expires_after(kLeavePatience);
  patience_.async_wait([this](const asio::error_code& error) {
    if (!error) {
      io_.stop();
    }
  });
  asio::post(io_, [this] { leave_when_closed(); });
}

void Runtime::leave_when_closed() {
  if (finished_ && transport_.connection_count() == 0 && http_.streams() == 0 &&
      (!grenache_ || grenache_->idle())) {
    io_.stop();
  }
}

}  // namespace syrah::daemon
