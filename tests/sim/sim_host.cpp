#include "sim/sim_host.h"

#include <algorithm>
#include <utility>

#include "base/overloaded.h"

namespace syrah::sim {
namespace {

using base::Overloaded;

/// A timer of a real system is late by a little.
constexpr std::int64_t kTimerUs = 50;

}  // namespace

SimHost::SimHost(Settings settings, Scheduler& scheduler, SimNetwork& network, SimHttp& http,
                 Trace& trace, HostListener& listener)
    : settings_(std::move(settings)),
      scheduler_(scheduler),
      network_(network),
      http_(http),
      trace_(trace),
      listener_(listener),
      clock_(settings_.clock),
      disk_(settings_.config.identity.id(), scheduler, settings_.disk, settings_.seed ^ 1,
            disk_listener()),
      random_(settings_.seed) {}

SimDisk::Listener SimHost::disk_listener() {
  SimDisk::Listener to;
  to.stored = [this](const node::Transaction& transaction) {
    listener_.stored(*this, transaction);
  };
  to.durable = [this](std::uint64_t transaction) { input(node::Durable{transaction}); };
  to.answered = [this](std::uint64_t query, node::JournalAnswer answer) {
    input(node::JournalAnswered{query, std::move(answer)});
  };
  return to;
}

void SimHost::boot() {
  if (up()) return;
  ++boots_;
  effects_to_crash_ = 0;
  clock_.boot(scheduler_.now_us(), random_.between(0, 1'000'000'000));
  trace_.line(scheduler_.now_us(), name(), "boot");
  node::Config config = settings_.config;
  config.random_seed = random_.next();
  node::Effects effects;
  auto started = node::Node::start(std::move(config), disk_.recovered(now().wall_ms()), peers_file_,
                                   now(), effects);
  if (!started) {
    listener_.boot_refused(*this, started.error().message);
    return;
  }
  node_ = *std::move(started);
  network_.host_up(index());
  http_.host_up(index());
  run(std::move(effects));
  plan_tick();
}

void SimHost::switch_off(bool silently, const std::string& fault) {
  if (!up()) return;
  node_.reset();
  tap_ = {};
  paused_ = false;
  missed_.clear();
  ++tick_;
  tick_us_ = -1;
  network_.host_down(index(), silently);
  http_.host_down(index());
  disk_.crash();
  listener_.down(*this, fault);
}

void SimHost::crash(bool silently) {
  if (up()) trace_.line(scheduler_.now_us(), name(), "crash");
  switch_off(silently, "");
}

void SimHost::shut_down() { input(node::Shutdown{}); }

void SimHost::told_of(const base::Endpoint& endpoint, const std::string& node_id) {
  input(node::PeerFound{endpoint, node_id});
}

bool SimHost::request(std::uint64_t request, api::HttpRequest http) {
  if (!up()) return false;
  input(node::Requested{request, std::move(http)});
  return true;
}

void SimHost::connected(p2p::ConnectionId id, const base::Endpoint& remote, bool dialled) {
  input(node::Connected{id, remote, dialled});
}
void SimHost::dial_failed(p2p::ConnectionId id, const std::string& reason) {
  input(node::DialFailed{id, reason});
}
void SimHost::received(p2p::ConnectionId id, std::string bytes) {
  input(node::Received{id, std::move(bytes)});
}
void SimHost::sent(p2p::ConnectionId id, std::size_t bytes) { input(node::Sent{id, bytes}); }
void SimHost::closed(p2p::ConnectionId id, const std::string& reason) {
  input(node::Closed{id, reason});
}

void SimHost::requested(std::uint64_t request, std::string body, const std::string& remote) {
  tap_.requested(request, body);
  input(node::RpcRequested{request, std::move(body), remote});
}
void SimHost::answered(std::uint64_t call, grenache::HttpAnswer answer) {
  input(node::HttpAnswered{call, std::move(answer)});
}

void SimHost::pause(std::int64_t until_us) {
  if (!up() || paused_) return;
  paused_ = true;
  scheduler_.at(until_us, [this, boot = boots_] {
    if (boot == boots_) resume();
  });
}

void SimHost::resume() {
  paused_ = false;
  for (node::Input& missed : std::exchange(missed_, {})) input(std::move(missed));
}

void SimHost::input(node::Input input) {
  if (!up()) return;
  if (paused_) {
    missed_.push_back(std::move(input));
    return;
  }
  trace_.input(scheduler_.now_us(), name(), input);
  node::Effects effects;
  node_->step(std::move(input), now(), effects);
  run(std::move(effects));
  plan_tick();
}

void SimHost::run(node::Effects effects) {
  for (node::Effect& effect : effects) {
    trace_.effect(scheduler_.now_us(), name(), effect);
    run_one(effect);
    if (!up()) return;
    if (effects_to_crash_ > 0 && --effects_to_crash_ == 0) {
      crash(random_.chance(300'000));
      return;
    }
  }
}

void SimHost::run_one(node::Effect& effect) {
  std::visit(Overloaded{
                 [&](node::Dial& out) { network_.dial(index(), out.connection, out.remote); },
                 [&](node::Send& out) {
                   listener_.sent(*this, out.connection, out.bytes);
                   network_.send(index(), out.connection, std::move(out.bytes));
                 },
                 [&](node::Close& out) { network_.close(index(), out.connection); },
                 [&](node::Append& out) { disk_.append(std::move(out.transaction)); },
                 [&](node::Reply& out) { listener_.replied(*this, out.request, out.http); },
                 [&](node::QueryJournal& out) { disk_.query(out.query, std::move(out.question)); },
                 [&](node::SavePeers& out) { peers_file_ = std::move(out.text); },
                 // Nobody makes keys in this world.
                 [&](node::SaveKeys& out) {
                   scheduler_.at(scheduler_.now_us(), [this, save = out.save, boot = boots_] {
                     if (boot == boots_) input(node::KeysSaved{save, ""});
                   });
                 },
                 [&](node::HttpCall& out) {
                   for (const TunnelTap::Chunk& chunk : tap_.called(out)) {
                     listener_.sent(*this, chunk.connection, chunk.bytes);
                   }
                   http_.call(index(), std::move(out));
                 },
                 [&](node::RpcReply& out) {
                   for (const TunnelTap::Chunk& chunk : tap_.replied(out)) {
                     listener_.sent(*this, chunk.connection, chunk.bytes);
                   }
                   http_.reply(index(), std::move(out));
                 },
                 [](node::SendDatagram&) {},  // the Grape of this world has no DHT
                 [](api::StreamSend&) {},     // nor does anybody here subscribe to market data
                 [](api::StreamClose&) {},
                 [&](node::Log& out) { listener_.logged(*this, out.line); },
                 [&](node::Stopped& out) { switch_off(false, out.fault); },
             },
             effect);
}

void SimHost::plan_tick() {
  if (!up()) return;
  const std::int64_t due_us =
      std::max(clock_.when_steady(node_->next_deadline_us()), scheduler_.now_us() + kTimerUs);
  if (tick_us_ == due_us) return;
  tick_us_ = due_us;
  scheduler_.at(due_us, [this, number = ++tick_] {
    if (number == tick_) input(node::Tick{});
  });
}

}  // namespace syrah::sim
