#pragma once

// A TunnelClient and a TunnelServer, and between them HTTP that delays, reorders, loses and repeats
// as a seed says, in virtual time. What each end received is checked against what was sent.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "base/overloaded.h"
#include "base/random.h"
#include "grenache/rpc_limits.h"
#include "grenache/rpc_message.h"
#include "grenache/tunnel_client.h"
#include "grenache/tunnel_server.h"

namespace syrah::grenache::tests {

/// Shares in a million.
struct Faults {
  std::uint32_t lose_request = 0;
  std::uint32_t lose_reply = 0;
  std::uint32_t repeat_request = 0;  ///< the server gets it twice
  std::uint32_t silent = 0;          ///< of what is lost: the caller learns of it by its timeout
  std::int64_t delay_min_us = 1'000;
  std::int64_t delay_max_us = 1'000;
};

/// One end of a tunnel.
struct End {
  bool opened = false;
  bool over = false;  ///< closed or failed
  std::string reason;
  std::string sent;
  std::string received;
  std::size_t told_sent = 0;  ///< bytes of TunnelSent
  std::int64_t received_us = 0;
};

class TunnelWire {
 public:
  explicit TunnelWire(std::uint64_t seed, Faults with = {})
      : faults(with), client("svc", numbers_, seed), server("svc"), random_(seed) {}

  void dial(std::uint64_t connection) {
    Outputs out;
    client.dial(connection, {"server", 1}, now, out);
    for (const Output& output : out) {
      if (const auto* call = std::get_if<HttpCall>(&output)) dialled_[name_in(*call)] = connection;
    }
    from_client(out);
  }
  void client_sends(std::uint64_t connection, const std::string& bytes) {
    Outputs out;
    if (client.has(connection)) ends[connection].sent += bytes;
    client.send(connection, bytes, now, out);
    from_client(out);
  }
  void server_sends(std::uint64_t connection, const std::string& bytes) {
    const std::uint64_t of = served(connection);
    Outputs out;
    if (server.has(of)) ends[of].sent += bytes;
    server.send(of, bytes, now, out);
    from_server(out);
  }
  void client_closes(std::uint64_t connection) {
    Outputs out;
    client.close(connection, now, out);
    from_client(out);
  }
  void server_closes(std::uint64_t connection) {
    Outputs out;
    server.close(served(connection), now, out);
    from_server(out);
  }

  void run_ms(std::int64_t duration_ms) {
    const std::int64_t end_us = now.steady_us + duration_ms * 1000;
    for (int steps_now = 0; steps_now < 10'000; ++steps_now) {
      std::int64_t next = std::min(client.next_deadline_us(), server.next_deadline_us());
      if (!events_.empty()) next = std::min(next, events_.begin()->first);
      if (next > end_us) {
        now.steady_us = end_us;
        return;
      }
      if (next > now.steady_us) steps_now = 0;
      now.steady_us = std::max(now.steady_us, next);
      step();
    }
    FAIL() << "time stands still";
  }

  End& client_end(std::uint64_t connection) { return ends[connection]; }
  End& server_end(std::uint64_t connection) { return ends[served(connection)]; }

  base::Time now{1'000'000, 1'700'000'000'000'000};
  Faults faults;
  std::map<std::uint64_t, End> ends;
  std::size_t calls = 0;
  std::size_t requests = 0;
  std::size_t under_way_max = 0;  ///< calls at once

 private:
  CallNumbers numbers_;

 public:
  TunnelClient client;
  TunnelServer server;

 private:
  void step() {
    if (!events_.empty() && events_.begin()->first <= now.steady_us) {
      const auto event = events_.begin()->second;
      events_.erase(events_.begin());
      return event();
    }
    Outputs from_c;
    client.tick(now, from_c);
    from_client(from_c);
    Outputs from_s;
    server.tick(now, from_s);
    from_server(from_s);
  }

  void after_us(std::int64_t wait_us, std::function<void()> event) {
    events_.emplace(now.steady_us + wait_us, std::move(event));
  }
  std::int64_t delay_us() { return random_.between(faults.delay_min_us, faults.delay_max_us); }

  static std::string name_in(const HttpCall& call) {
    return decode_tunnel_request(std::get<RpcRequest>(decode_request(call.body)).payload)->tunnel;
  }

  void make_call(const HttpCall& call) {
    ++calls;
    under_way_[call.call] = call;
    under_way_max = std::max(under_way_max, under_way_.size());
    EXPECT_LE(call.body.size(), kRpcBodyBytesMax);
    after_us(call.timeout_ms * 1000, [this, number = call.call] {
      finish(number, {0, "", "timeout"});
    });
    if (random_.chance(faults.lose_request)) return lose(call.call);
    const int times = random_.chance(faults.repeat_request) ? 2 : 1;
    for (int i = 0; i < times; ++i) after_us(delay_us(), [this, call] { arrive(call); });
  }

  void lose(std::uint64_t call) {
    if (random_.chance(faults.silent)) return;
    after_us(delay_us(), [this, call] { finish(call, {0, "", "connection reset"}); });
  }

  void arrive(const HttpCall& call) {
    const auto read = decode_request(call.body);
    ASSERT_TRUE(std::holds_alternative<RpcRequest>(read));
    requests_[++requests] = call.call;
    Outputs out;
    server.request(requests, std::get<RpcRequest>(read), "client", now, out);
    for (const Output& output : out) {
      const auto* opened = std::get_if<TunnelOpened>(&output);
      if (opened == nullptr) continue;
      const std::uint64_t connection = dialled_.at(name_in(call));
      ASSERT_FALSE(served_.contains(connection)) << "opened twice";
      served_[connection] = opened->connection;
      client_of_[opened->connection] = connection;
    }
    from_server(out);
  }

  void finish(std::uint64_t call, const HttpAnswer& answer) {
    if (under_way_.erase(call) == 0) return;
    Outputs out;
    EXPECT_TRUE(client.answered(call, answer, now, out));
    from_client(out);
  }

  void from_client(const Outputs& outputs) {
    for (const Output& output : outputs) {
      if (const auto* call = std::get_if<HttpCall>(&output)) {
        make_call(*call);
      } else {
        note(output);
      }
    }
  }

  void from_server(const Outputs& outputs) {
    for (const Output& output : outputs) {
      if (const auto* reply = std::get_if<RpcReply>(&output)) {
        const auto request = requests_.find(reply->request);
        ASSERT_NE(request, requests_.end()) << "answered twice";
        const std::uint64_t call = request->second;
        requests_.erase(request);
        EXPECT_LE(reply->body.size(), kRpcBodyBytesMax);
        if (random_.chance(faults.lose_reply)) {
          lose(call);
          continue;
        }
        after_us(delay_us(), [this, call, body = reply->body] { finish(call, {200, body, ""}); });
      } else {
        note(output);
      }
    }
  }

  /// The server's connection, 0 if there is none.
  [[nodiscard]] std::uint64_t served(std::uint64_t connection) const {
    const auto of = served_.find(connection);
    return of == served_.end() ? 0 : of->second;
  }
  [[nodiscard]] const End& other_end(std::uint64_t connection) {
    const auto client_id = client_of_.find(connection);
    return client_id == client_of_.end() ? ends[served(connection)] : ends[client_id->second];
  }

  void note(const Output& output) {
    std::visit(
        base::Overloaded{
            [&](const TunnelOpened& opened) {
              EXPECT_FALSE(ends[opened.connection].opened);
              ends[opened.connection].opened = true;
            },
            [&](const TunnelReceived& received) {
              End& end = ends[received.connection];
              EXPECT_TRUE(end.opened && !end.over && !received.bytes.empty());
              end.received += received.bytes;
              end.received_us = now.steady_us;
              ASSERT_TRUE(other_end(received.connection).sent.starts_with(end.received));
            },
            [&](const TunnelSent& sent) {
              End& end = ends[sent.connection];
              EXPECT_TRUE(end.opened && !end.over);
              end.told_sent += sent.bytes;
              ASSERT_LE(end.told_sent, end.sent.size());
            },
            [&](const TunnelClosed& closed) { over(closed.connection, closed.reason, true); },
            [&](const TunnelFailed& failed) { over(failed.connection, failed.reason, false); },
            [](const auto&) { FAIL() << "not of a tunnel"; },
        },
        output);
  }

  void over(std::uint64_t connection, const std::string& reason, bool was_open) {
    End& end = ends[connection];
    EXPECT_EQ(end.opened, was_open);
    EXPECT_FALSE(end.over);
    EXPECT_FALSE(reason.empty());
    end.over = true;
    end.reason = reason;
  }

  base::Random random_;
  std::multimap<std::int64_t, std::function<void()>> events_;
  std::map<std::uint64_t, HttpCall> under_way_;
  std::map<std::uint64_t, std::uint64_t> requests_;  ///< not answered: their calls
  std::map<std::string, std::uint64_t> dialled_;     ///< by name
  std::map<std::uint64_t, std::uint64_t> served_;    ///< client's connection to server's
  std::map<std::uint64_t, std::uint64_t> client_of_;
};

}  // namespace syrah::grenache::tests
