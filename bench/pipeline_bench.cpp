// What one durable, replicated order costs: two nodes with a journal each, joined without sockets.
// A request goes into the one; the time ends when its answer is out and the other has it on its
// disk too. So many requests are in flight at once as the argument says. What is not here: HTTP,
// system calls of the network, and threads.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/overloaded.h"
#include "node/node.h"
#include "sim/api_client.h"
#include "store/journal.h"
#include "store/temp_dir.h"

namespace syrah {
namespace {

constexpr p2p::ConnectionId kAccepted = 1;

/// A node and its disk; what it sends is for the other one.
struct Host {
  Host(std::uint8_t number, const std::string& file) {
    store::Journal opened = *store::Journal::open(file);
    node::Config config{.identity = crypto::Identity::from_seed(crypto::Seed{number}),
                        .version = "bench",
                        .mode = "pure",
                        .instruments = {sim::instrument(0), sim::instrument(1)},
                        .p2p = {},
                        .grenache = {},
                        .api_keys = {sim::api_key(0), sim::api_key(1)},
                        .api_switches = {},
                        .api_rates = {},
                        .random_seed = number,
                        .planted = {}};
    config.p2p.node_name = config.identity.id().text();
    config.p2p.listen_port = number;
    if (number == 2) config.p2p.bootstrap = {{"127.0.0.1", 1}};
    node::Effects effects;
    const auto recovered = opened.recover(config.identity.id());
    journal = std::make_unique<store::Journal>(std::move(opened));
    node = *node::Node::start(config, *recovered, "", now, effects);
    take(std::move(effects));
  }

  void step(node::Input input) {
    node::Effects effects;
    node->step(std::move(input), now, effects);
    take(std::move(effects));
  }

  /// Commits what waits for the disk; false if nothing does.
  bool commit() {
    if (transactions.empty()) return false;
    const std::vector<node::Transaction> all = std::exchange(transactions, {});
    SYRAH_CHECK(journal->commit(all).ok(), "the journal refuses");
    step(node::Durable{all.back().id});
    return true;
  }

  void take(node::Effects effects) {
    for (node::Effect& effect : effects) {
      std::visit(
          base::Overloaded{
              [&](node::Append& append) { transactions.push_back(std::move(append.transaction)); },
              [&](node::Send& send) { sent += send.bytes; },
              [&](node::Dial& dial) { dialled = dial.connection; },
              [&](const node::Reply& reply) { answered += reply.http.status == 200 ? 1 : 0; },
              [&](const node::Stopped&) { SYRAH_CHECK(false, "a node stopped"); },
              [](const auto&) {},
          },
          effect);
    }
  }

  base::Time now{1'000'000, 1'763'710'200'000'000};
  std::unique_ptr<store::Journal> journal;
  std::unique_ptr<node::Node> node;
  std::vector<node::Transaction> transactions;
  std::string sent;
  p2p::ConnectionId dialled = 0;
  std::size_t answered = 0;
};

class Pair {
 public:
  Pair() : a_(1, dir_.file("a.db")), b_(2, dir_.file("b.db")) {
    wait();
    SYRAH_CHECK(b_.dialled != 0, "nobody dials");
    a_.step(node::Connected{kAccepted, {"127.0.0.1", 40'000}, false});
    b_.step(node::Connected{b_.dialled, {"127.0.0.1", 1}, true});
    settle();
    for (int beats = 0; beats < 3; ++beats) wait();
  }

  /// Requests at the one, until all are answered and the other has what came of them.
  void trade(const std::vector<api::HttpRequest>& requests) {
    a_.answered = 0;
    for (const api::HttpRequest& request : requests) a_.step(node::Requested{++request_, request});
    settle();
    SYRAH_CHECK(a_.answered == requests.size(), "not all were answered");
  }

  /// Prepares requests for orders that rest.
  std::vector<api::HttpRequest> orders(std::size_t count) {
    // Within the limits of one account, whatever the count.
    pass(static_cast<std::int64_t>(count) * 20'000);
    std::vector<api::HttpRequest> requests;
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t price = 40'000 + static_cast<std::int64_t>(++orders_ % 1'000);
      requests.push_back(sim::signed_request(
          sim::api_key(0), a_.now.wall_us, "POST", "/orders",
          fmt::format(R"({{"product_id":"BTC-USD","side":"buy","type":"limit","price":"{}.10",)"
                      R"("size":"0.500","time_in_force":"GTC","post_only":true}})",
                      price)));
    }
    return requests;
  }

  void cancel_all() {
    pass(1'000'000);
    trade({sim::signed_request(sim::api_key(0), a_.now.wall_us, "DELETE", "/orders")});
  }

 private:
  void pass(std::int64_t us) {
    for (Host* host : {&a_, &b_}) {
      host->now.steady_us += us;
      host->now.wall_us += us;
      if (host->node->next_deadline_us() <= host->now.steady_us) host->step(node::Tick{});
    }
    settle();
  }
  void wait() { pass(1'000'000); }

  void settle() {
    bool busy = true;
    while (busy) {
      busy = carry(a_, kAccepted, b_, b_.dialled) | carry(b_, b_.dialled, a_, kAccepted);
      busy |= a_.commit();
      busy |= b_.commit();
    }
  }

  static bool carry(Host& from, p2p::ConnectionId out, Host& to, p2p::ConnectionId in) {
    if (from.sent.empty() || to.dialled + from.dialled == 0) return false;
    std::string bytes = std::exchange(from.sent, {});
    const std::size_t size = bytes.size();
    to.step(node::Received{in, std::move(bytes)});
    from.step(node::Sent{out, size});
    return true;
  }

  tests::TempDir dir_;
  Host a_;
  Host b_;
  std::uint64_t request_ = 0;
  std::size_t orders_ = 0;
};

void durable_replicated_order(benchmark::State& state) {
  constexpr std::size_t kOpenOrdersMax = 5'000;
  Pair pair;
  const auto count = static_cast<std::size_t>(state.range(0));
  std::size_t open = 0;
  for (auto _ : state) {
    state.PauseTiming();
    if (open + count > kOpenOrdersMax) {
      pair.cancel_all();
      open = 0;
    }
    const std::vector<api::HttpRequest> requests = pair.orders(count);
    open += count;
    state.ResumeTiming();
    pair.trade(requests);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * count));
}
BENCHMARK(durable_replicated_order)->ArgName("in_flight")->Arg(1)->Arg(64)->Arg(256)->UseRealTime();

}  // namespace
}  // namespace syrah
