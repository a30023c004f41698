#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"

namespace syrah::sim {

/// A promise that was broken, with what there is to know about it.
struct Violation {
  std::int64_t us = 0;    ///< virtual
  std::string node;       ///< whose feed, disk or word; "" if nobody's in particular
  std::string invariant;  ///< number and name: "1 overfill"
  std::string facts;

  [[nodiscard]] std::string text() const;
};

/// Where checkers say what they found.
class Report {
 public:
  /// Most that are kept: the first says enough, the rest is company.
  static constexpr std::size_t kKeptMax = 20;

  /// `now_us` tells the virtual time.
  explicit Report(std::function<std::int64_t()> now_us = [] { return std::int64_t{0}; })
      : now_us_(std::move(now_us)) {}

  void call(const base::NodeId& id, std::string name) { names_[id] = std::move(name); }
  /// The node's name here, or its brief id.
  [[nodiscard]] std::string name(const base::NodeId& id) const;
  /// "B:17".
  [[nodiscard]] std::string name(const base::EntryId& id) const;

  void broken(std::string_view invariant, std::string node, std::string facts);
  void broken(std::string_view invariant, const base::NodeId& node, std::string facts) {
    broken(invariant, name(node), std::move(facts));
  }

  [[nodiscard]] bool clean() const { return violations_.empty(); }
  [[nodiscard]] const std::vector<Violation>& violations() const { return violations_; }

 private:
  std::function<std::int64_t()> now_us_;
  std::map<base::NodeId, std::string> names_;
  std::vector<Violation> violations_;
};

}  // namespace syrah::sim
