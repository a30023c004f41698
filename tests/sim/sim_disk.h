#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <variant>
#include <vector>

#include "base/random.h"
#include "node/history.h"
#include "node/records.h"
#include "sim/scheduler.h"
#include "sim/stored_journal.h"

namespace syrah::sim {

struct DiskTerms {
  std::int64_t latency_us_min = 500;
  std::int64_t latency_us_max = 4000;
  std::uint32_t stall_ppm = 0;  ///< of all writes
  std::int64_t stall_us_max = 0;
};

/// A host's disk and the thread that writes to it: one thing at a time, in order, each write
/// sharing its sync with what came meanwhile. A transaction is on it wholly or not at all; a crash
/// takes what was not written, and of the write under way some first transactions may have made it.
class SimDisk {
 public:
  /// What it tells its host. `stored` is for those who look on and comes before `durable`, also
  /// when the host has crashed and is not there to hear it.
  struct Listener {
    std::function<void(const node::Transaction&)> stored;
    std::function<void(std::uint64_t transaction)> durable;
    std::function<void(std::uint64_t query, node::JournalAnswer)> answered;
  };

  SimDisk(const base::NodeId& owner, Scheduler& scheduler, DiskTerms terms, std::uint64_t seed,
          Listener listener);

  void append(node::Transaction transaction);
  void query(std::uint64_t query, node::JournalQuery question);
  void crash();

  [[nodiscard]] node::Recovered recovered(std::int64_t wall_ms) const {
    return journal_.recovered(wall_ms);
  }
  [[nodiscard]] const StoredJournal& journal() const { return journal_; }
  [[nodiscard]] std::size_t transactions() const { return log_.size(); }

  /// The host is off, and someone puts back a copy of the disk as it was after that many
  /// transactions; and later the right one.
  void put_stale_copy(std::size_t transactions);
  void put_right_copy();
  [[nodiscard]] bool stale() const { return right_log_.has_value(); }

 private:
  struct Question {
    std::uint64_t query = 0;
    node::JournalQuery question;
  };
  using Task = std::variant<node::Transaction, Question>;

  void begin_next();
  void finish(std::uint64_t boot);
  void store(node::Transaction transaction);
  void rebuild();

  base::NodeId owner_;
  Scheduler& scheduler_;
  DiskTerms terms_;
  base::Random random_;
  Listener listener_;
  StoredJournal journal_;
  std::vector<node::Transaction> log_;  ///< what is durable
  std::optional<std::vector<node::Transaction>> right_log_;
  std::deque<Task> waiting_;
  std::vector<Task> under_way_;
  std::uint64_t boot_ = 0;
};

}  // namespace syrah::sim
