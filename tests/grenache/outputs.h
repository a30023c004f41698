#pragma once

// Picks outputs apart.

#include <utility>
#include <variant>
#include <vector>

#include "grenache/io.h"

namespace syrah::tests {

/// Those of one kind, which `out` loses.
template <class Kind>
std::vector<Kind> take_outputs(grenache::Outputs& out) {
  std::vector<Kind> taken;
  grenache::Outputs others;
  for (grenache::Output& output : out) {
    if (auto* of_kind = std::get_if<Kind>(&output)) {
      taken.push_back(std::move(*of_kind));
    } else {
      others.push_back(std::move(output));
    }
  }
  out = std::move(others);
  return taken;
}

}  // namespace syrah::tests
