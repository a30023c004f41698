#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace syrah::sim {

/// Virtual time. What is due at one instant runs in the order in which it was planned, so a run is
/// a function of its seed.
class Scheduler {
 public:
  using Action = std::function<void()>;

  /// Times before now become now.
  void at(std::int64_t us, Action action);
  void after(std::int64_t delay_us, Action action) { at(now_us_ + delay_us, std::move(action)); }

  /// Runs everything due up to and including `us`, then stands there; returns early after stop().
  void run_until(std::int64_t us);
  void stop() { stopped_ = true; }

  [[nodiscard]] std::int64_t now_us() const { return now_us_; }
  [[nodiscard]] bool stopped() const { return stopped_; }
  /// Actions run so far.
  [[nodiscard]] std::uint64_t steps() const { return steps_; }

 private:
  struct Planned {
    std::int64_t us = 0;
    std::uint64_t order = 0;
    Action action;
  };
  static bool later(const Planned& a, const Planned& b);

  std::vector<Planned> heap_;  ///< the earliest in front
  std::int64_t now_us_ = 0;
  std::uint64_t planned_ = 0;
  std::uint64_t steps_ = 0;
  bool stopped_ = false;
};

}  // namespace syrah::sim
