#include "sim/trace.h"

#include <fmt/format.h>

#include <cstdio>
#include <variant>

#include "base/hex.h"
#include "base/overloaded.h"

namespace syrah::sim {
namespace {

using base::Overloaded;

/// What is said of it, and the bytes that are only hashed.
struct Line {
  std::string text;
  std::string_view bytes;
};

Line about(api::StreamId stream, std::string_view what, std::string_view bytes = {}) {
  return {fmt::format("stream {} {}", stream, what), bytes};
}

Line describe(const node::Input& input) {
  return std::visit(
      Overloaded{
          [](const node::Connected& in) {
            return Line{fmt::format("connected {} {} {}", in.connection, in.dialled ? "to" : "from",
                                    in.remote.text()),
                        {}};
          },
          [](const node::DialFailed& in) {
            return Line{fmt::format("dial {} failed: {}", in.connection, in.reason), {}};
          },
          [](const node::Received& in) {
            return Line{fmt::format("received {}", in.connection), in.bytes};
          },
          [](const node::Sent& in) {
            return Line{fmt::format("sent {} {} bytes", in.connection, in.bytes), {}};
          },
          [](const node::Closed& in) {
            return Line{fmt::format("closed {}: {}", in.connection, in.reason), {}};
          },
          [](const node::Durable& in) {
            return Line{fmt::format("durable {}", in.transaction), {}};
          },
          [](const node::Requested& in) {
            return Line{fmt::format("request {} {} {} {}", in.request, in.http.method,
                                    in.http.target, in.http.body),
                        {}};
          },
          [](const node::JournalAnswered& in) {
            return Line{
                fmt::format("journal answers {}: {} batches, {} trades, {} fills, {} orders",
                            in.query, in.answer.batches.size(), in.answer.history.trades.size(),
                            in.answer.history.fills.size(), in.answer.history.orders.size()),
                {}};
          },
          [](const node::HttpAnswered& in) {
            return Line{fmt::format("call answered {} {}", in.call, in.answer.status), {}};
          },
          [](const node::RpcRequested& in) {
            return Line{fmt::format("rpc {} from {}", in.request, in.remote_host), {}};
          },
          [](const node::DhtNodeFound& in) {
            return Line{fmt::format("dht node {}", in.address.text()), {}};
          },
          [](const node::DatagramReceived& in) {
            return Line{fmt::format("datagram from {}", in.from.text()), {}};
          },
          [](const node::StreamOpened& in) { return about(in.stream, "opened"); },
          [](const node::StreamReceived& in) { return about(in.stream, "received", in.text); },
          [](const node::StreamsSent& in) {
            return Line{fmt::format("sent to {} streams", in.bytes.size()), {}};
          },
          [](const node::StreamClosed& in) { return about(in.stream, "closed"); },
          [](const node::PeerFound& in) {
            return Line{fmt::format("found {} {}", in.endpoint.text(), in.node_id), {}};
          },
          [](const node::KeysSaved& in) {
            return Line{fmt::format("keys saved {} {}", in.save, in.trouble), {}};
          },
          [](const node::Tick&) {
            return Line{"tick", {}};
          },
          [](const node::Shutdown&) {
            return Line{"shut down", {}};
          },
      },
      input);
}

std::string describe(const node::Transaction& transaction) {
  std::string text = fmt::format("append {}: {} facts, {} snapshots", transaction.id,
                                 transaction.facts.size(), transaction.snapshots.size());
  for (const feed::Batch& batch : transaction.batches) {
    for (const feed::EntryView& entry : batch.entries) {
      text += fmt::format("\n    {} {}", batch.head.home.brief(), entry.text);
    }
  }
  return text;
}

Line describe(const node::Effect& effect) {
  return std::visit(
      Overloaded{
          [](const node::Dial& out) {
            return Line{fmt::format("dial {} {}", out.connection, out.remote.text()), {}};
          },
          [](const node::Send& out) {
            return Line{fmt::format("send {}", out.connection), out.bytes};
          },
          [](const node::Close& out) {
            return Line{fmt::format("close {}", out.connection), {}};
          },
          [](const node::Append& out) {
            return Line{describe(out.transaction), {}};
          },
          [](const node::Reply& out) {
            return Line{fmt::format("reply {} {} {}", out.request, out.http.status, out.http.body),
                        {}};
          },
          [](const api::StreamSend& out) {
            return Line{
                fmt::format("{} messages to {} streams", out.messages.size(), out.streams.size()),
                {}};
          },
          [](const api::StreamClose& out) {
            return Line{fmt::format("close stream {} {}", out.stream, out.reason), {}};
          },
          [](const node::QueryJournal& out) {
            return Line{fmt::format("query {} kind {}", out.query, out.question.index()), {}};
          },
          [](const node::SavePeers& out) {
            return Line{"save peers", out.text};
          },
          [](const node::SaveKeys& out) {
            return Line{fmt::format("save keys {}", out.save), out.text};
          },
          [](const node::HttpCall& out) {
            return Line{fmt::format("call {} {}{}", out.call, out.to.text(), out.path), {}};
          },
          [](const node::RpcReply& out) {
            return Line{fmt::format("rpc reply {}", out.request), {}};
          },
          [](const node::SendDatagram& out) {
            return Line{fmt::format("datagram to {}", out.to.text()), {}};
          },
          [](const node::Log& out) {
            std::string text = fmt::format("log {}", out.line.message);
            for (const auto& [name, value] : out.line.fields) {
              text += fmt::format(" {}={}", name, value);
            }
            return Line{std::move(text), {}};
          },
          [](const node::Stopped& out) {
            return Line{fmt::format("stopped {}", out.fault), {}};
          },
      },
      effect);
}

}  // namespace

void Trace::line(std::int64_t us, std::string_view who, std::string_view what,
                 std::string_view bytes) {
  if (!on()) return;
  std::string text = fmt::format("{:>7}.{:03} {:<6} {}", us / 1000, us % 1000, who, what);
  if (!bytes.empty()) text += fmt::format(" {} bytes", bytes.size());
  text += '\n';
  if (wanted_.printed) std::fputs(text.c_str(), stdout);
  if (wanted_.hashed) hash_.add(std::string_view(text)).add(bytes);
}

void Trace::input(std::int64_t us, std::string_view who, const node::Input& input) {
  if (!on()) return;
  const Line said = describe(input);
  line(us, who, "> " + said.text, said.bytes);
}

void Trace::effect(std::int64_t us, std::string_view who, const node::Effect& effect) {
  if (!on()) return;
  const Line said = describe(effect);
  line(us, who, "< " + said.text, said.bytes);
}

std::string Trace::finish() { return base::to_hex(hash_.finish()); }

}  // namespace syrah::sim
