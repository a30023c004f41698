#pragma once

#include <cstddef>
#include <cstdint>

namespace syrah::book {

/// An empty book keeps the memory of this many orders and pages of prices, 300 kB in all, so that
/// one that now and then is empty allocates nothing.
inline constexpr std::size_t kKeptWhenEmpty = 1024;
inline constexpr std::size_t kPagesKeptWhenEmpty = 256;
/// An order that comes late is looked for from the end of its level this far, as it is mostly late
/// by little; beyond that, and this far apart, by milestones.
inline constexpr std::size_t kMilestone = 32;

}  // namespace syrah::book
