#pragma once

// What of an order flow is sent next, and what became of it. Takes answers and times and does no
// I/O.
//
// 1. At most `in_flight` requests are under way.
// 2. What is about one order is sent in the order of the file, each once the one before it was
//    answered. Steps about an order that was refused are skipped.
// 3. No step is sent before it is due.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/order_flow.h"

namespace syrah::cli {

struct ReplayPace {
  std::int64_t rate = 0;  ///< steps a second; 0: as fast as they are answered
  double speed = 0;       ///< times as fast as in the file; 0: its times do not count
};

struct ReplayCounts {
  struct Refusal {
    std::size_t count = 0;
    std::uint32_t line = 0;  ///< of the first
  };

  std::size_t sent = 0;
  std::size_t accepted = 0;
  std::size_t refused = 0;
  std::size_t unanswered = 0;
  std::size_t skipped = 0;
  std::map<std::string, Refusal> refusals;  ///< by what the node said, a few
};

class ReplayQueue {
 public:
  ReplayQueue(Flow flow, std::size_t in_flight, ReplayPace pace);

  /// The step to send now, which counts as under way from then on. `now_us` is since the beginning.
  std::optional<std::size_t> next(std::int64_t now_us);
  /// Until when nothing is to be sent unless an answer comes; nothing: only answers count.
  [[nodiscard]] std::optional<std::int64_t> next_due_us() const;
  [[nodiscard]] bool finished() const { return under_way_ == 0 && ready_.empty() && all_taken(); }
  /// Sends nothing more; what is under way is still answered.
  void stop();

  /// The node took the step; `id` is the order's.
  void accepted(std::size_t step, std::string id);
  void refused(std::size_t step, const std::string& message);
  /// Nobody knows whether the node took it.
  void unanswered(std::size_t step);

  [[nodiscard]] const FlowStep& step(std::size_t index) const { return flow_.steps[index]; }
  /// The API's id of the step's order.
  [[nodiscard]] const std::string& id_of(std::size_t step) const;
  [[nodiscard]] std::size_t steps() const { return flow_.steps.size(); }
  /// Answered or skipped.
  [[nodiscard]] std::size_t done() const;
  [[nodiscard]] const ReplayCounts& counts() const { return counts_; }

 private:
  struct Order {
    std::string id;     ///< empty: not accepted
    bool busy = false;  ///< something about it is under way or ready
    std::vector<std::size_t> later;
  };

  [[nodiscard]] bool all_taken() const { return at_ == flow_.steps.size(); }
  [[nodiscard]] std::int64_t due_us(std::size_t step) const;
  [[nodiscard]] Order& order_of(std::size_t step) { return orders_[flow_.steps[step].order]; }
  std::size_t send(std::size_t step);
  void answered(std::size_t step);

  Flow flow_;
  std::size_t in_flight_;
  ReplayPace pace_;
  std::vector<Order> orders_;
  std::deque<std::size_t> ready_;  ///< waited for an answer that has come
  std::size_t at_ = 0;
  std::size_t under_way_ = 0;
  ReplayCounts counts_;
};

}  // namespace syrah::cli
