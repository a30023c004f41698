// Replays a stream of order messages (stream.h) through a book and prints one line of JSON: CPU
// time a message (median of passes), the time that single messages take, memory of a resting order,
// and the digest of the trades.
//
//   book_replay FILE [--book node|flat|flat-hash|textbook] [--passes N]
//
// "node", the default, is book::Book and book::match(): the very code with which the node keeps its
// books and matches, all checks included (priority, accounts, post-only, 128-bit sums). Around it
// in a node, and not here: orders as texts and facts (exchange/home_state, order_book: which orders
// have what left, which number stands for which account), entries, JSON, signatures, the journal.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string_view>

#include "base/random.h"
#include "flat_book.h"
#include "replay_books.h"

namespace syrah::bench {
namespace {

using Clock = std::chrono::steady_clock;

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

template <class Books>
void apply(Books& books, const Message& message, std::uint64_t& rejects) {
  switch (message.type) {
    case MessageType::kNew:
      books.add(message);
      break;
    case MessageType::kCancel:
      if (!books.cancel(message)) ++rejects;
      break;
    case MessageType::kReplace:
      if (books.cancel(message)) {
        books.add(message);
      } else {
        ++rejects;
      }
      break;
    case MessageType::kMarket:
      books.take_any(message);
      break;
    case MessageType::kImmediate:
      books.take(message);
      break;
  }
}

struct Figures {
  double ns = 0;
  std::vector<double> latency_ns;  ///< sorted
  double bytes_per_order = 0;
  std::string digest;
};

template <class Books>
class Replay {
 public:
  explicit Replay(const Stream& stream)
      : stream_(stream), trades_(2 * stream.messages.size() + 1024) {}

  /// CPU ns a message.
  double throughput() {
    std::uint64_t rejects = 0;
    const auto books = filled(rejects);
    const double before = cpu_seconds();
    for (const Message* it = measured(); it != end(); ++it) apply(*books, *it, rejects);
    const double after = cpu_seconds();
    note_digest(rejects);
    return (after - before) * 1e9 / static_cast<double>(stream_.header.measured);
  }

  std::vector<double> latencies() {
    std::uint64_t rejects = 0;
    const auto books = filled(rejects);
    std::vector<double> result;
    result.reserve(stream_.header.measured);
    const double empty = cost_of_looking();
    for (const Message* it = measured(); it != end(); ++it) {
      const auto before = Clock::now();
      apply(*books, *it, rejects);
      const std::chrono::duration<double, std::nano> took = Clock::now() - before;
      result.push_back(std::max(0.0, took.count() - empty));
    }
    note_digest(rejects);
    std::sort(result.begin(), result.end());
    return result;
  }

  [[nodiscard]] const std::string& digest() const { return digest_; }

 private:
  [[nodiscard]] const Message* measured() const {
    return stream_.messages.data() + stream_.header.filling;
  }
  [[nodiscard]] const Message* end() const {
    return stream_.messages.data() + stream_.messages.size();
  }

  std::unique_ptr<Books> filled(std::uint64_t& rejects) {
    trades_.clear();
    auto books = std::make_unique<Books>(stream_.header, trades_);
    for (const Message* it = stream_.messages.data(); it != measured(); ++it) {
      apply(*books, *it, rejects);
    }
    return books;
  }

  static double cost_of_looking() {
    std::vector<double> costs(100'001);
    for (double& cost : costs) {
      const auto before = Clock::now();
      cost = std::chrono::duration<double, std::nano>(Clock::now() - before).count();
    }
    std::nth_element(costs.begin(), costs.begin() + 50'000, costs.end());
    return costs[50'000];
  }

  void note_digest(std::uint64_t rejects) {
    Digest digest;
    for (std::size_t i = 0; i < trades_.size(); ++i) digest.add(trades_[i]);
    digest.rejects = rejects;
    if (!digest_.empty() && digest_ != digest.text()) {
      std::fputs("book_replay: passes differ\n", stderr);
      std::exit(1);
    }
    digest_ = digest.text();
  }

  const Stream& stream_;
  TradeLog trades_;
  std::string digest_;
};

/// 1,000,000 orders on 2,000 price levels.
template <class Books>
double bytes_per_order() {
  constexpr std::uint32_t kOrders = 1'000'000;
  StreamHeader header;
  header.instruments = 1;
  header.filling = kOrders;
  header.id_max = kOrders;
  header.price_min = 31'768;
  header.price_max = 33'768;
  TradeLog trades(1);
  Books books(header, trades);
  base::Random random(1);
  for (std::uint32_t i = 1; i <= kOrders; ++i) {
    const auto side = static_cast<std::uint8_t>(random.below(2));
    const auto away = static_cast<std::int32_t>(random.between(1, 1000));
    const std::int32_t price = side == 0 ? 32'768 - away : 32'768 + away;
    books.add({MessageType::kNew, side, 0, 0, i, 0, price, 1});
  }
  return static_cast<double>(books.bytes(kOrders)) / kOrders;
}

template <class Books>
Figures measure(const Stream& stream, int passes) {
  Figures figures;
  Replay<Books> replay(stream);
  std::vector<double> ns;
  replay.throughput();  // not counted: it fetches the stream and the trade log
  for (int i = 0; i < passes; ++i) ns.push_back(replay.throughput());
  std::sort(ns.begin(), ns.end());
  figures.ns = ns[ns.size() / 2];
  figures.latency_ns = replay.latencies();
  figures.digest = replay.digest();
  figures.bytes_per_order = bytes_per_order<Books>();
  return figures;
}

int run(int count, char** values) {
  std::string_view book = "node";
  int passes = 5;
  for (int i = 2; i + 1 < count; i += 2) {
    const std::string_view option = values[i];
    if (option == "--book") book = values[i + 1];
    if (option == "--passes") passes = std::max(1, std::atoi(values[i + 1]));
  }
  Stream stream;
  if (count < 2 || count % 2 != 0 || !stream.load(values[1])) {
    std::fputs("usage: book_replay FILE [--book node|flat|flat-hash|textbook] [--passes N]\n",
               stderr);
    return 2;
  }
  Figures figures;
  if (book == "node") {
    figures = measure<NodeBooks>(stream, passes);
  } else if (book == "flat") {
    figures = measure<FlatBooks<DenseIds>>(stream, passes);
  } else if (book == "flat-hash") {
    figures = measure<FlatBooks<HashIds>>(stream, passes);
  } else if (book == "textbook") {
    figures = measure<TextbookBooks>(stream, passes);
  } else {
    std::fputs("book_replay: there is no such book\n", stderr);
    return 2;
  }
  const auto percentile = [&](double share) {
    const auto last = static_cast<double>(figures.latency_ns.size() - 1);
    return figures.latency_ns[static_cast<std::size_t>(share * last)];
  };
  std::printf(
      "{\"book\":\"%s\",\"file\":\"%s\",\"messages\":%llu,\"ns\":%.2f,\"p50\":%.0f,\"p99\":%.0f,"
      "\"p999\":%.0f,\"p9999\":%.0f,\"bytes_per_order\":%.1f,\"digest\":\"%s\"}\n",
      std::string(book).c_str(), values[1], static_cast<unsigned long long>(stream.header.measured),
      figures.ns, percentile(0.5), percentile(0.99), percentile(0.999), percentile(0.9999),
      figures.bytes_per_order, figures.digest.c_str());
  return 0;
}

}  // namespace
}  // namespace syrah::bench

int main(int count, char** values) { return syrah::bench::run(count, values); }
