#include "sim/checkers/report.h"

#include <fmt/format.h>

#include <utility>

namespace syrah::sim {

std::string Violation::text() const {
  return fmt::format("invariant {} broken at {}.{:03} ms, node {}: {}", invariant, us / 1000,
                     us % 1000, node.empty() ? "-" : node, facts);
}

std::string Report::name(const base::NodeId& id) const {
  const auto known = names_.find(id);
  return known == names_.end() ? id.brief() : known->second;
}

std::string Report::name(const base::EntryId& id) const {
  return fmt::format("{}:{}", name(id.home), id.seq);
}

void Report::broken(std::string_view invariant, std::string node, std::string facts) {
  if (violations_.size() >= kKeptMax) return;
  violations_.push_back({now_us_(), std::move(node), std::string(invariant), std::move(facts)});
}

}  // namespace syrah::sim
