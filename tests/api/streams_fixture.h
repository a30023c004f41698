#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "api/stream_limits.h"
#include "api/streams.h"
#include "base/random.h"
#include "desk.h"
#include "stream_reader.h"

namespace syrah::tests {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// A desk and clients of its feed: what each was sent, and how it was closed.
class StreamsTest : public testing::Test {
 protected:
  static constexpr const char* kFull =
      R"({"type":"subscribe","product_ids":["BTC-USD"],"channels":["full"]})";
  static constexpr const char* kLevel2 =
      R"({"type":"subscribe","product_ids":["BTC-USD"],"channels":["level2"]})";

  api::Streams& streams() { return desk_.streams(); }

  api::StreamId connect() {
    streams().opened(++last_, desk_.now());
    return last_;
  }
  void say(api::StreamId stream, const std::string& text) {
    const api::Context context = desk_.make_context();
    if (auto answer = streams().received(stream, text, context)) streams().release(*answer);
    flush();
  }
  api::StreamId subscribe(const std::string& text) {
    const api::StreamId stream = connect();
    say(stream, text);
    return stream;
  }
  /// As if so much time had passed that everything gathered leaves.
  void flush() {
    desk_.now().steady_us += api::kLevel2BatchMs * base::kUsPerMs;
    desk_.now().wall_us += api::kLevel2BatchMs * base::kUsPerMs;
    streams().flush(desk_.now());
    for (api::StreamOutput& output : streams().take_outputs()) {
      if (const auto* send = std::get_if<api::StreamSend>(&output)) {
        for (const api::StreamId stream : send->streams) {
          for (const api::StreamText& text : send->messages) {
            told_[stream].push_back(*text);
            if (reads_) streams().sent(stream, text->size());
          }
        }
      } else {
        const auto& close = std::get<api::StreamClose>(output);
        closed_[close.stream] = close;
      }
    }
  }
  /// What the client was told since the last call, of one type or of all.
  std::vector<std::string> told(api::StreamId stream, const std::string& type = "") {
    flush();
    std::vector<std::string> texts;
    for (const std::string& text : std::exchange(told_[stream], {})) {
      if (type.empty() || text.find("{\"type\":\"" + type + "\"") == 0) texts.push_back(text);
    }
    return texts;
  }
  std::vector<std::string> types(api::StreamId stream) {
    std::vector<std::string> types;
    for (const std::string& text : told(stream)) {
      types.emplace_back(*read_json(text).string("type"));
    }
    return types;
  }
  std::string signed_message(const std::string& rest, const std::string& key = "alice-key") {
    const std::string timestamp = std::to_string(desk_.now().wall_ms() / 1000);
    const auto sign = api::sign_request("c2VjcmV0", timestamp, "GET", "/users/self/verify", "");
    return R"({"type":"subscribe","key":")" + key +
           R"(","passphrase":"open sesame","timestamp":")" + timestamp + R"(","signature":")" +
           *sign + R"(",)" + rest + "}";
  }
  /// Some 300 KB that a client can resume from.
  void fill_ring() {
    ring_begin_ = streams().sequence("BTC-USD");
    for (int i = 0; i < 600; ++i) desk_.place("buy", "1", "0.00000001");
  }
  std::string resume() const {
    return R"({"type":"subscribe","product_ids":["BTC-USD"],"channels":["full"],"resume_from":)" +
           std::to_string(ring_begin_) + "}";
  }
  json::Document level3() {
    return read_json(level3_ = desk_.get("/products/BTC-USD/book?level=3").body);
  }
  static std::vector<std::string> rows(const json::Value& level3) {
    FullReader reader;
    reader.load(level3);
    return reader.rows();
  }
  /// Something that a client of an exchange does, by chance.
  void act(base::Random& random) {
    const auto some = [&](std::uint64_t n) { return random.below(n); };
    const std::string key = some(2) == 0 ? "alice-key" : "bob-key";
    const std::uint64_t what = some(10);
    if (what < 6 || ids_.empty()) {
      const std::string price = std::to_string(90 + some(20));
      const std::string size = std::to_string(1 + some(9));
      const char* const terms[] = {"", R"(,"time_in_force":"IOC")", R"(,"time_in_force":"FOK")",
                                   R"(,"post_only":true)"};
      const api::HttpResponse placed = desk_.send(desk_.request(
          "POST", "/orders",
          R"({"product_id":"BTC-USD","side":")" + std::string(some(2) == 0 ? "buy" : "sell") +
              R"(","price":")" + price + R"(","size":")" + size + "\"" +
              (some(3) == 0 ? terms[some(4)] : "") + "}",
          key));
      if (placed.status == 200) ids_.emplace_back(Desk::member(placed, "id"), key);
      return;
    }
    const auto& [id, owner] = ids_[some(ids_.size())];
    if (what < 9) {
      desk_.send(desk_.request("DELETE", "/orders/" + id, "", owner));
    } else {
      desk_.send(desk_.request("PUT", "/orders/" + id,
                               R"({"price":")" + std::to_string(90 + some(20)) + R"(","size":")" +
                                   std::to_string(1 + some(9)) + "\"}",
                               owner));
    }
  }

  Desk desk_;
  api::StreamId last_ = 0;
  bool reads_ = true;
  std::map<api::StreamId, std::vector<std::string>> told_;
  std::map<api::StreamId, api::StreamClose> closed_;
  std::vector<std::pair<std::string, std::string>> ids_;
  std::string level3_;
  std::int64_t ring_begin_ = 0;
};

}  // namespace syrah::tests
