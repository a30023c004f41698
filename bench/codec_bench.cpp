// What orders cost to read and to write, as a message, as a request and as an entry: against plain
// RapidJSON, with its default flags and without any of our checks, on the same text and into the
// same fields in the same run.

#include <benchmark/benchmark.h>

#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "api/order_codec.h"
#include "exchange/event_codec.h"
#include "json/reader.h"
#include "p2p/frame.h"
#include "p2p/peer_protocol.h"

namespace syrah {
namespace {

/// Order messages of about 226 bytes, as the order messages that other figures of this kind are of.
/// They differ, as one that is read again and again is foreseen by the processor byte for byte.
std::vector<p2p::Message> messages() {
  std::mt19937 random(42);
  const auto below = [&random](std::uint32_t bound) { return random() % bound; };
  constexpr std::array<const char*, 5> kUsers{"bob", "alice", "carol-2", "market-maker", "7f3a"};
  constexpr std::array<const char*, 4> kPairs{"BTC/USD", "ETH/USD", "DOGE/USDT", "XMR/BTC"};
  std::vector<p2p::Message> all;
  for (std::uint32_t i = 0; i < 1024; ++i) {
    const std::int64_t now = 1'763'710'200'123 + i;
    all.push_back({fmt::format("node-{}", below(20)), now,
                   p2p::BasicOrder{fmt::format("{:x}-1763710200-{:06}", below(65536), i),
                                   kUsers[below(kUsers.size())], below(2) == 0,
                                   fmt::format("{}.{}", below(20), below(1000)),
                                   fmt::format("{}.{:02}", below(100'000), below(100)),
                                   kPairs[below(kPairs.size())], now, "pending"}});
  }
  return all;
}
const std::vector<p2p::Message> kMessages = messages();
const std::vector<std::string> kTexts = [] {
  std::vector<std::string> texts;
  for (const p2p::Message& message : kMessages) texts.push_back(p2p::encode_message(message));
  return texts;
}();

/// One after the other.
template <class T>
class Rotation {
 public:
  explicit Rotation(const std::vector<T>& all) : all_(all) {}
  const T& next() { return all_[next_++ % all_.size()]; }

 private:
  const std::vector<T>& all_;
  std::size_t next_ = 0;
};

/// What a client says of such an order.
const std::string kBody =
    R"({"type":"limit","side":"buy","product_id":"BTC-USD","price":"42000.10","size":"0.50000000",)"
    R"("time_in_force":"GTC","post_only":false,"stp":"dc",)"
    R"("client_oid":"f47ac10b-58cc-4372-a567-0e02b2c3d479-1763710200"})";

// ---- an order of the basic dialect -------------------------------------------------------------

/// What a program makes that trusts its input: the fields of the order by their names.
struct PlainHandler : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, PlainHandler> {
  // NOLINTBEGIN(readability-identifier-naming)
  bool Default() { return true; }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    name = {text, size};
    return true;
  }
  bool Int64(std::int64_t value) { return number(value); }
  bool Uint64(std::uint64_t value) { return number(static_cast<std::int64_t>(value)); }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    const std::string_view value(text, size);
    if (name == "type") {
      order = value == "order";
    } else if (name == "nodeId") {
      message.sender = value;
    } else if (name == "id") {
      body.id = value;
    } else if (name == "userId") {
      body.user_id = value;
    } else if (name == "side") {
      body.buy = value == "buy";
    } else if (name == "amount") {
      body.amount = value;
    } else if (name == "price") {
      body.price = value;
    } else if (name == "pair") {
      body.pair = value;
    } else if (name == "status") {
      body.status = value;
    }
    return true;
  }
  bool StartObject() {
    ++depth;
    return true;
  }
  // NOLINTEND(readability-identifier-naming)

  bool number(std::int64_t value) {
    if (name == "timestamp") (depth == 1 ? message.timestamp_ms : body.timestamp_ms) = value;
    return true;
  }

  std::string_view name;
  int depth = 0;
  bool order = false;
  p2p::Message message;
  p2p::BasicOrder body;
};

void plain_sax(benchmark::State& state) {
  Rotation texts(kTexts);
  for (auto _ : state) {
    PlainHandler handler;
    rapidjson::StringStream stream(texts.next().c_str());
    rapidjson::Reader reader;
    if (reader.Parse(stream, handler).IsError()) state.SkipWithError("not read");
    handler.message.body = std::move(handler.body);
    benchmark::DoNotOptimize(handler.message);
  }
}
BENCHMARK(plain_sax);

void plain_sax_in_place(benchmark::State& state) {
  Rotation texts(kTexts);
  std::vector<char> copy(1024);
  for (auto _ : state) {
    const std::string& text = texts.next();
    std::memcpy(copy.data(), text.c_str(), text.size() + 1);
    PlainHandler handler;
    rapidjson::InsituStringStream stream(copy.data());
    rapidjson::Reader reader;
    if (reader.Parse<rapidjson::kParseInsituFlag>(stream, handler).IsError()) {
      state.SkipWithError("not read");
    }
    handler.message.body = std::move(handler.body);
    benchmark::DoNotOptimize(handler.message);
  }
}
BENCHMARK(plain_sax_in_place);

/// The parser alone: nothing is kept.
void plain_sax_in_place_kept_nothing(benchmark::State& state) {
  Rotation texts(kTexts);
  std::vector<char> copy(1024);
  for (auto _ : state) {
    const std::string& text = texts.next();
    std::memcpy(copy.data(), text.c_str(), text.size() + 1);
    rapidjson::BaseReaderHandler<> handler;
    rapidjson::InsituStringStream stream(copy.data());
    rapidjson::Reader reader;
    if (reader.Parse<rapidjson::kParseInsituFlag>(stream, handler).IsError()) {
      state.SkipWithError("not read");
    }
  }
}
BENCHMARK(plain_sax_in_place_kept_nothing);

/// The guarded reader without the message.
void read_json(benchmark::State& state) {
  Rotation texts(kTexts);
  for (auto _ : state) {
    const auto document = json::parse(texts.next());
    benchmark::DoNotOptimize(document.ok());
  }
}
BENCHMARK(read_json);

void read_order_message(benchmark::State& state) {
  Rotation texts(kTexts);
  for (auto _ : state) {
    const auto decoded = p2p::decode_message(texts.next());
    benchmark::DoNotOptimize(decoded.ok());
  }
  state.counters["bytes"] = static_cast<double>(kTexts.front().size());
}
BENCHMARK(read_order_message);

void plain_writer(benchmark::State& state) {
  Rotation messages(kMessages);
  rapidjson::StringBuffer buffer;
  const auto text = [](rapidjson::Writer<rapidjson::StringBuffer>& out, const char* name,
                       const std::string& value) {
    out.Key(name);
    out.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
  };
  for (auto _ : state) {
    const p2p::Message& message = messages.next();
    const auto& order = std::get<p2p::BasicOrder>(message.body);
    buffer.Clear();
    rapidjson::Writer<rapidjson::StringBuffer> out(buffer);
    out.StartObject();
    out.Key("type");
    out.String("order");
    text(out, "nodeId", message.sender);
    out.Key("timestamp");
    out.Int64(message.timestamp_ms);
    out.Key("order");
    out.StartObject();
    text(out, "id", order.id);
    text(out, "userId", order.user_id);
    out.Key("side");
    out.String(order.buy ? "buy" : "sell");
    text(out, "amount", order.amount);
    text(out, "price", order.price);
    text(out, "pair", order.pair);
    out.Key("timestamp");
    out.Int64(order.timestamp_ms);
    text(out, "status", order.status);
    out.EndObject();
    out.EndObject();
    benchmark::DoNotOptimize(buffer.GetString());
  }
}
BENCHMARK(plain_writer);

void write_order_message(benchmark::State& state) {
  Rotation messages(kMessages);
  std::string text;
  for (auto _ : state) {
    const p2p::Message& message = messages.next();
    text.clear();
    p2p::write_message(text, message.sender, message.timestamp_ms, message.body);
    benchmark::DoNotOptimize(text.data());
  }
}
BENCHMARK(write_order_message);

// ---- an order of the API -----------------------------------------------------------------------

void read_order_body(benchmark::State& state) {
  const base::Time now{0, 1'763'710'200'000'000};
  for (auto _ : state) {
    const auto request = api::read_place_order(kBody, "alice", now);
    benchmark::DoNotOptimize(request.ok());
  }
  state.counters["bytes"] = static_cast<double>(kBody.size());
}
BENCHMARK(read_order_body);

exchange::Instrument bitcoin() { return {"BTC-USD", {1, 2}, {1, 8}}; }

void write_order_answer(benchmark::State& state) {
  const exchange::Instrument instrument = bitcoin();
  exchange::Order order;
  order.id = {{}, 42};
  order.instrument = "BTC-USD";
  order.price = {4'200'010};
  order.quantity = {50'000'000};
  order.account = "alice";
  order.accepted = {1'763'710'200'123, 0};
  std::string body;
  for (auto _ : state) {
    body.clear();
    json::Writer out(body);
    api::write_order(out, order, instrument);
    benchmark::DoNotOptimize(body.data());
  }
  state.counters["bytes"] = static_cast<double>(body.size());
}
BENCHMARK(write_order_answer);

// ---- entries -----------------------------------------------------------------------------------

exchange::Instruments instruments() {
  exchange::Instruments all;
  all.add(bitcoin()).value();
  return all;
}

exchange::Recorded order_entry() {
  exchange::OrderAccepted event;
  event.price = {4'200'010};
  event.quantity = {50'000'000};
  event.account = "alice";
  event.client_id = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
  return {{}, 42, {1'763'710'200'123, 0}, "BTC-USD", event};
}

exchange::Recorded trade_entry() {
  exchange::Traded event;
  event.trade = {{}, 42};
  event.maker = {{}, 41};
  event.taker = {{}, 40};
  event.price = {4'200'010};
  event.quantity = {50'000'000};
  return {{}, 42, {1'763'710'200'123, 0}, "BTC-USD", event};
}

void encode_entry(benchmark::State& state, const exchange::Recorded& recorded) {
  const exchange::Instruments known = instruments();
  std::string text;
  for (auto _ : state) {
    text.clear();
    exchange::write_event(text, recorded, known);
    benchmark::DoNotOptimize(text.data());
  }
}
BENCHMARK_CAPTURE(encode_entry, order, order_entry());
BENCHMARK_CAPTURE(encode_entry, trade, trade_entry());

void decode_entry(benchmark::State& state, const exchange::Recorded& recorded) {
  const exchange::Instruments known = instruments();
  const std::string text = exchange::encode_event(recorded, known);
  for (auto _ : state) {
    const auto decoded = exchange::decode_event({}, text, known);
    benchmark::DoNotOptimize(decoded.ok());
  }
  state.counters["bytes"] = static_cast<double>(text.size());
}
BENCHMARK_CAPTURE(decode_entry, order, order_entry());
BENCHMARK_CAPTURE(decode_entry, trade, trade_entry());

}  // namespace
}  // namespace syrah
