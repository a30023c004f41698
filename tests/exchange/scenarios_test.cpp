// Runs tests/scenarios/*.txt: commands, a line of dashes, then what the feeds and books say. With
// SYRAH_UPDATE_SCENARIOS=1 the expectations are written anew instead of compared. README.md there
// lists the commands.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "exchange/agreement.h"

namespace syrah::exchange::testing {
namespace {

std::filesystem::path folder() {
  return std::filesystem::path(SYRAH_SOURCE_DIR) / "tests" / "scenarios";
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Scenario {
 public:
  /// The file again, with what really happens under the dashes.
  std::string run(const std::string& text) {
    std::istringstream in(text);
    std::string line;
    bool expecting = false;
    while (std::getline(in, line)) {
      if (line.starts_with("----")) {
        expecting = true;
        out_ += "----\n" + happened() + "\n";
      } else if (expecting) {
        expecting = !line.empty();
      } else {
        out_ += line + "\n";
        if (!line.empty() && line[0] != '#') command(line);
      }
    }
    while (out_.ends_with("\n\n")) out_.pop_back();
    return out_;
  }

 private:
  using Words = std::vector<std::string>;

  static std::size_t home(const std::string& name) {
    SYRAH_CHECK(name.size() == 1 && name[0] >= 'A' && name[0] <= 'C', name.c_str());
    return static_cast<std::size_t>(name[0] - 'A');
  }

  /// The word after this one; empty if it is not there.
  static std::string after(const Words& words, const std::string& key) {
    const auto found = std::find(words.begin(), words.end(), key);
    return found == words.end() || found + 1 == words.end() ? "" : *(found + 1);
  }
  static bool has(const Words& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  }

  void command(const std::string& line) {
    std::istringstream in(line);
    Words words;
    for (std::string word; in >> word;) words.push_back(word);
    const std::string& first = words.at(0);
    if (first == "deliver") {
      deliver(words);
    } else if (first == "wait") {
      desks_.advance(std::atoll(words.at(1).c_str()));
    } else if (first == "restart") {
      desks_.restart(home(words.at(1)));
    } else if (words.at(1) == "sees") {
      desks_.set_reach(home(first), home(words.at(2)),
                       words.at(3) == "silent" ? Reach::kSilent : Reach::kLive);
    } else {
      ask(home(first), words);
    }
  }

  void deliver(const Words& words) {
    if (words.at(1) == "all") {
      desks_.deliver_all();
    } else if (words.at(1) == "one") {
      desks_.deliver_one(home(words.at(2)), home(words.at(4)));
    } else {
      desks_.deliver(home(words.at(1)), home(words.at(3)));
    }
  }

  void ask(std::size_t at, const Words& words) {
    const std::string& verb = words.at(1);
    const std::string account = after(words, "as");
    base::Status done = base::success();
    Exchange& exchange = *desks_.at(at);
    if (verb == "book") {
      book(at);
    } else if (verb == "buy" || verb == "sell") {
      place(at, words);
    } else if (verb == "replace") {
      done = exchange.replace({account, orders_.at(words.at(2)).seq, after(words, "@"),
                               after(words, "size"), after(words, "stop")},
                              desks_.now);
    } else if (verb == "abandon") {
      done = abandon(at, orders_.at(words.at(2)).seq);
    } else if (words.at(2) == "all") {
      exchange.cancel_all(account, "", desks_.now);
    } else {
      SYRAH_CHECK(verb == "cancel", verb.c_str());
      done = exchange.cancel(account, orders_.at(words.at(2)).seq, desks_.now);
    }
    desks_.at(at).collect(desks_.now);
    if (!done) say(words.at(0), done.error().message);
  }

  void place(std::size_t at, const Words& words) {
    PlaceOrder order = words.at(1) == "buy" ? buy("", "") : sell("", "");
    order.quantity = words.at(2);
    order.account = after(words, "as");
    order.client_id = after(words, "id");
    if (!has(words, "market")) {
      order.type = OrderType::kLimit;
      order.tif = TimeInForce::kGtc;
      order.price = after(words, "@");
    }
    for (const std::string& word : words) {
      if (const auto tif = time_in_force_from(word)) order.tif = *tif;
      if (const auto wish = self_trade_from(word)) order.self_trade = *wish;
    }
    if (has(words, "gtd")) {
      order.expires_ms = desks_.now.wall_ms() + std::atoll(after(words, "gtd").c_str());
    }
    order.post_only = has(words, "post-only");
    if (has(words, "funds")) {
      order.quantity.clear();
      order.funds = after(words, "funds");
    }
    for (const Stop stop : {Stop::kLoss, Stop::kEntry}) {
      const std::string word(to_text(stop));
      if (!has(words, word)) continue;
      order.stop = stop;
      order.stop_price = after(words, word);
    }
    const auto placed = desks_.at(at)->place(order, desks_.now);
    if (!placed) {
      say(words.at(0), placed.error().message);
    } else if (placed->repeated) {
      say(words.at(0), order.client_id + " is there already");
    } else {
      orders_[order.client_id] = placed->id;
    }
  }

  void say(const std::string& home, const std::string& what) {
    tell_feeds();
    said_ += fmt::format("{} says: {}\n", home, what);
  }

  base::Status abandon(std::size_t at, Seq order) {
    for (const auto& [seq, hold] : desks_.at(at)->home(desks_.at(at).id())->holds()) {
      if (hold.request.order == order) return desks_.at(at)->abandon(seq, desks_.now);
    }
    return base::invalid("nothing is held for it");
  }

  void book(std::size_t at) {
    tell_feeds();
    const OrderBook& book = *desks_.at(at)->book("BTC-USD");
    std::string line = fmt::format("{} book:", static_cast<char>('A' + at));
    for (const Side side : {Side::kBuy, Side::kSell}) {
      line += side == Side::kBuy ? " bids" : " | asks";
      const auto levels = book.depth(side, 10);
      if (levels.empty()) line += " none";
      for (std::size_t i = 0; i < levels.size(); ++i) {
        line += fmt::format("{} {} @ {}", i == 0 ? "" : ",", coin().text(levels[i].quantity),
                            coin().text(levels[i].price));
      }
    }
    said_ += line + "\n";
  }

  void tell_feeds() {
    for (std::size_t at = 0; at < desks_.size(); ++at) {
      for (const std::string& line : desks_.told(at)) said_ += line + "\n";
      const auto wrong = desks_.at(at).facts_of<AbandonedFilledFact>().size();
      for (std::size_t& known = abandoned_[at]; known < wrong; ++known) {
        said_ += fmt::format("{} notes that an abandoned hold was filled\n",
                             static_cast<char>('A' + at));
      }
    }
  }

  std::string happened() {
    tell_feeds();
    return std::exchange(said_, {});
  }

  Desks desks_{3};
  std::map<std::string, OrderId> orders_;
  std::map<std::size_t, std::size_t> abandoned_;
  std::string said_;
  std::string out_;
};

std::vector<std::string> all_files() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder())) {
    if (entry.path().extension() == ".txt") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Scenarios : public ::testing::TestWithParam<std::string> {};

TEST_P(Scenarios, HappenAsWritten) {
  const std::filesystem::path path = folder() / (GetParam() + ".txt");
  const std::string written = read_text(path);
  const std::string happened = Scenario().run(written);
  if (std::getenv("SYRAH_UPDATE_SCENARIOS") != nullptr) {
    std::ofstream(path) << happened;
    return;
  }
  EXPECT_EQ(happened, written) << path;
}

INSTANTIATE_TEST_SUITE_P(Files, Scenarios, ::testing::ValuesIn(all_files()),
                         [](const auto& file) { return file.param; });

}  // namespace
}  // namespace syrah::exchange::testing
