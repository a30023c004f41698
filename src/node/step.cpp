#include "node/step.h"

#include <algorithm>
#include <utility>

namespace syrah::node {

using base::kUsPerMs;

void Step::take(Input input) {
  if (parts_.phase == Phase::kStopped) return;
  std::visit([this](auto& alternative) { on(std::move(alternative)); }, input);
  drain();
  open_if_ready();
  settle();
  drain();
  publish_books();
  flush();
  stop_if_done();
  stream();
}

void Step::begin() {
  parts_.started_us = now_.steady_us;
  parts_.last_beat_us = now_.steady_us;
  parts_.arrivals.start(now_);
  parts_.peers.start(now_, parts_.peer_outputs);
  start_grenache();
  take(Tick{});
}

void Step::on(const Connected& input) {
  parts_.peers.connected(input.connection, input.remote, input.dialled, p2p::Route::kDirect, now_,
                         parts_.peer_outputs);
}
void Step::on(const DialFailed& input) {
  parts_.peers.dial_failed(input.connection, input.reason, now_, parts_.peer_outputs);
}
void Step::on(const Received& input) {
  parts_.peers.received(input.connection, input.bytes, now_, parts_.peer_outputs);
}
void Step::on(Sent input) {
  parts_.peers.sent(input.connection, input.bytes, now_, parts_.peer_outputs);
}
void Step::on(const Closed& input) {
  parts_.peers.closed(input.connection, input.reason, now_, parts_.peer_outputs);
}

void Step::on(Durable input) {
  parts_.outbox.durable(input.transaction);
  release();
}

void Step::on(const Requested& input) {
  if (parts_.phase != Phase::kRunning && input.http.method != "GET") {
    const std::string why = parts_.phase == Phase::kAsking ? "starting" : "stopping";
    parts_.outbox.wait(
        Reply{input.request, {503, {}, "{\"message\":\"the node is " + why + "\"}"}});
    return;
  }
  publish_books();
  api::Context lent = context(input.http);
  answer(input.request, input.http, api::handle(input.http, lent));
}

void Step::on(JournalAnswered input) {
  if (const auto open = parts_.requests.find(input.query); open != parts_.requests.end()) {
    const OpenRequest request = std::move(open->second);
    parts_.requests.erase(open);
    finish_request(request, input.answer);
  } else if (const auto serving = parts_.servings.find(input.query);
             serving != parts_.servings.end()) {
    const OpenServing waiting = serving->second;
    parts_.servings.erase(serving);
    answer_serving(waiting, std::move(input.answer));
  }
}

void Step::on(Tick) {
  parts_.peers.tick(now_, parts_.peer_outputs);
  parts_.sync.tick(now_, parts_.sync_outputs);
  parts_.basic.tick(now_);
  if (parts_.grenache) {
    parts_.grenache->set_hungry(parts_.peers.hungry());
    parts_.grenache->tick(now_);
  }
  if (parts_.phase == Phase::kRunning) {
    parts_.exchange.tick(now_);
    cancel_what_is_due();
  }
  if (now_.steady_us >= parts_.next_beat_us()) beat();
}

void Step::on(Shutdown) {
  if (parts_.phase == Phase::kStopping) return;
  log(base::LogLevel::kInfo, "stopping");
  parts_.phase = Phase::kStopping;
}

void Step::open_if_ready() {
  if (parts_.phase != Phase::kAsking) return;
  // An empty journal asks as well: it may be what is left of a longer one, and only peers know.
  const bool alone = !parts_.knows_peers;
  const bool waited = now_.steady_us >= parts_.started_us + kAskPeersMs * kUsPerMs;
  if (!alone && !waited && !parts_.sync.heard_heads() && !parts_.config.planted.trust_old_disk) {
    return;
  }
  parts_.phase = Phase::kRunning;
  if (const base::Status started = parts_.exchange.start(now_); !started) {
    fail(started.error().message);
    return;
  }
  cancel_what_was_due();
  beat();
  tell_basic_of_own();
  log(base::LogLevel::kInfo, "trading",
      {{"entries", std::to_string(parts_.feed.seq())},
       {"orders", std::to_string(parts_.exchange.home(parts_.exchange.self())->orders().size())}});
}

void Step::stop_if_done() {
  if (parts_.phase == Phase::kStopping && parts_.outbox.idle() && parts_.key_saves.empty()) {
    parts_.peers.shut_down(now_, parts_.peer_outputs);
    drain();
    if (parts_.grenache) parts_.grenache->stop(now_);
    drain();
    parts_.phase = Phase::kStopped;
    parts_.streams.close_all(api::kCloseGoingAway, "the node is stopping");
    stream();
    effects_.emplace_back(Stopped{});
  }
}

void Step::fail(std::string fault) {
  if (parts_.phase == Phase::kStopped) return;
  log(base::LogLevel::kError, "stopping for a fault", {{"fault", fault}});
  parts_.phase = Phase::kStopped;
  parts_.fault = fault;
  effects_.emplace_back(Stopped{std::move(fault)});
}

void Step::log(base::LogLevel level, std::string message,
               std::vector<std::pair<std::string, std::string>> fields) {
  effects_.emplace_back(Log{{level, std::move(message), std::move(fields)}});
}

}  // namespace syrah::node
