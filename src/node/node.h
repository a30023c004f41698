#pragma once

// The node: exchange, feeds, peers and clients joined into one deterministic step. The same inputs
// at the same times give the same effects, always.

#include <cstdint>
#include <memory>

#include "node/config.h"
#include "node/io.h"

namespace syrah::node {

class Node {
 public:
  /// `recovered` is what the journal holds, `peers_file` the text of the peers file or "".
  /// An error means that the journal cannot be believed; it names the home and the entry.
  static base::Result<std::unique_ptr<Node>> start(Config config, const Recovered& recovered,
                                                   const std::string& peers_file, base::Time now,
                                                   Effects& effects);
  ~Node();

  /// Takes one input and appends what follows from it. After `Stopped` was returned, nothing more.
  void step(Input input, base::Time now, Effects& effects);

  /// When the node wants a Tick at the latest, on the steady clock.
  [[nodiscard]] std::int64_t next_deadline_us() const;

  /// For the simulator's checkers: everything there is to see, without a way to change it.
  struct Parts;
  [[nodiscard]] const Parts& parts() const { return *parts_; }

 private:
  explicit Node(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace syrah::node
