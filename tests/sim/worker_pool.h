#pragma once

// Runs many seeds on several processes. A process that stops in the middle of a seed (a failed
// check) has found something too, and is replaced.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace syrah::sim {

struct SeedResult {
  std::uint64_t seed = 0;
  bool passed = false;
  std::vector<std::uint64_t> counts;  ///< whatever is to be added up
  std::string text;                   ///< one line
};

class WorkerPool {
 public:
  using Work = std::function<SeedResult(std::uint64_t seed)>;
  /// Called in this process for every result as it comes; false ends it all.
  using Sink = std::function<bool(const SeedResult&)>;

  WorkerPool(std::uint32_t jobs, Work work) : jobs_(jobs), work_(std::move(work)) {}

  void run(const std::vector<std::uint64_t>& seeds, const Sink& sink);

 private:
  struct Worker {
    int process = -1;
    int pipe = -1;
    std::string text;                  ///< received, not yet a whole line
    std::vector<std::uint64_t> seeds;  ///< still to come, the next in front
  };

  void start(Worker& worker);
  void serve(int pipe, const std::vector<std::uint64_t>& seeds) const;
  /// False when the worker has ended.
  bool receive(Worker& worker);
  bool take_lines(Worker& worker, const Sink& sink);
  static void stop(Worker& worker);

  std::uint32_t jobs_;
  Work work_;
};

}  // namespace syrah::sim
