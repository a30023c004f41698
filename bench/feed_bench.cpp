// What batches of 1 to 256 entries cost on their way: sealing and checking, as a message to be
// written and read, in frames, and queued for many peers.

#include <benchmark/benchmark.h>

#include <string>
#include <utility>
#include <vector>

#include "exchange/event_codec.h"
#include "feed/own_feed.h"
#include "p2p/frame.h"
#include "p2p/limits.h"
#include "p2p/outgoing.h"
#include "p2p/peer_protocol.h"
#include "p2p/send_queue.h"

namespace syrah {
namespace {

const base::Time kNow{0, 1'763'710'200'123'000};
const std::string kName = "node-7";

crypto::Identity identity() { return crypto::Identity::from_seed(crypto::Seed{1}); }

/// So many orders as the exchange tells of them.
feed::Entries orders(std::size_t count) {
  exchange::Instruments instruments;
  instruments.add({"BTC-USD", {1, 2}, {1, 8}}).value();
  exchange::OrderAccepted event;
  event.price = {4'200'010};
  event.quantity = {50'000'000};
  event.account = "alice";
  event.client_id = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
  feed::Entries::Joiner joiner;
  for (base::Seq seq = 1; seq <= count; ++seq) {
    const base::Hlc time{kNow.wall_ms(), static_cast<std::uint32_t>(seq)};
    joiner.add(seq, time, exchange::encode_event({{}, seq, time, "BTC-USD", event}, instruments));
  }
  return joiner.finish();
}

feed::Batch batch_of(std::size_t count) {
  feed::OwnFeed feed(identity());
  return feed.seal(orders(count), {kNow.wall_ms(), 1'000});
}

std::size_t entries_of(const benchmark::State& state) {
  return static_cast<std::size_t>(state.range(0));
}

/// Time for each entry, beside that for the batch.
void count_entries(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

/// The hash chain over the entries, and one signature.
void seal(benchmark::State& state) {
  const feed::Entries entries = orders(entries_of(state));
  for (auto _ : state) {
    feed::OwnFeed feed(identity());
    benchmark::DoNotOptimize(feed.seal(entries, {kNow.wall_ms(), 1'000}));
  }
  count_entries(state);
}
BENCHMARK(seal)->RangeMultiplier(4)->Range(1, 256);

void check(benchmark::State& state) {
  const feed::Batch batch = batch_of(entries_of(state));
  for (auto _ : state) {
    if (!feed::check_batch(batch).ok()) state.SkipWithError("not sound");
  }
  count_entries(state);
}
BENCHMARK(check)->RangeMultiplier(4)->Range(1, 256);

void write_message(benchmark::State& state) {
  const p2p::MessageBody body = p2p::FeedBatch{batch_of(entries_of(state))};
  std::string text;
  for (auto _ : state) {
    text.clear();
    p2p::write_message(text, kName, kNow.wall_ms(), body);
    benchmark::DoNotOptimize(text.data());
  }
  count_entries(state);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(write_message)->RangeMultiplier(4)->Range(1, 256);

void read_message(benchmark::State& state) {
  std::string text;
  p2p::write_message(text, kName, kNow.wall_ms(), p2p::FeedBatch{batch_of(entries_of(state))});
  for (auto _ : state) {
    if (!p2p::decode_message(text).ok()) state.SkipWithError("not read");
  }
  count_entries(state);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(read_message)->RangeMultiplier(4)->Range(1, 256);

/// Frames as they come from a socket: in parts of 64 KiB.
void read_frames(benchmark::State& state) {
  const std::string frame = p2p::encode_frame(std::string(entries_of(state), 'x'));
  constexpr std::size_t kRead = 64 * 1024;
  std::string bytes;
  while (bytes.size() < kRead) bytes += frame;
  bytes.resize(kRead);
  const std::size_t whole = kRead / frame.size();
  for (auto _ : state) {
    p2p::FrameReader reader(p2p::kFrameBytesMax);
    std::string_view rest = bytes;
    while (!rest.empty()) benchmark::DoNotOptimize(reader.take(rest).ok());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(whole));
}
BENCHMARK(read_frames)->ArgName("bytes")->Arg(200)->Arg(1'000)->Arg(20'000);

/// One batch to so many peers: written once, queued for each, and taken by the edge.
void send_to_peers(benchmark::State& state) {
  const p2p::MessageBody body = p2p::FeedBatch{batch_of(64)};
  std::vector<p2p::SendQueue> queues(static_cast<std::size_t>(state.range(0)));
  const base::NodeId home = identity().id();
  for (auto _ : state) {
    p2p::Outgoing message(kName, body, kNow);
    for (p2p::SendQueue& queue : queues) {
      if (!queue.push(message.frame({}), p2p::Urgency::kBook, home, 0)) {
        state.SkipWithError("full");
      }
      queue.sent(queue.take(0).size(), 0);
    }
  }
}
BENCHMARK(send_to_peers)->ArgName("peers")->Arg(1)->Arg(2)->Arg(8)->Arg(50);

}  // namespace
}  // namespace syrah
