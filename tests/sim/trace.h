#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "crypto/hash.h"
#include "node/io.h"

namespace syrah::sim {

/// Everything that goes into nodes and comes out of them, one line each: printed for people, hashed
/// to compare runs. Costs nothing while neither is wanted.
class Trace {
 public:
  struct Wanted {
    bool printed = false;
    bool hashed = false;
  };
  explicit Trace(Wanted wanted) : wanted_(wanted) {}

  [[nodiscard]] bool on() const { return wanted_.printed || wanted_.hashed; }

  /// `bytes` are hashed and, for people, only counted.
  void line(std::int64_t us, std::string_view who, std::string_view what,
            std::string_view bytes = {});
  void input(std::int64_t us, std::string_view who, const node::Input& input);
  void effect(std::int64_t us, std::string_view who, const node::Effect& effect);

  /// Of all lines so far; the trace is over then.
  [[nodiscard]] std::string finish();

 private:
  Wanted wanted_;
  crypto::Sha256 hash_;
};

}  // namespace syrah::sim
