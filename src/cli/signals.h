#pragma once

#include <csignal>
#include <initializer_list>
#include <map>
#include <vector>

namespace syrah::cli {

/// Signals as something to wait for, while this lives. One object at a time.
class Signals {
 public:
  explicit Signals(std::initializer_list<int> numbers);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// Can be read when a signal has come.
  [[nodiscard]] int descriptor() const;
  /// Those that have come, each taken once.
  std::vector<int> take();

 private:
  std::map<int, struct sigaction> before_;
};

}  // namespace syrah::cli
