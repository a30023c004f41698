#pragma once

// An order flow as messages to an exchange, from a LOBSTER "message" file or made up in its shape.

#include <cstddef>
#include <cstdint>
#include <istream>
#include <vector>

namespace syrah::replay {

struct Message {
  enum class Kind : std::uint8_t { kNew, kCancel, kReplace, kIoc };

  Kind kind = Kind::kNew;
  bool buy = false;
  std::uint32_t order = 0;  ///< numbered from 0 in order of appearance
  std::int64_t cents = 0;   ///< of kNew and kIoc
  std::int64_t size = 0;    ///< of kReplace: the whole new size
};

/// See cli/lobster.h. Throws if there are bad rows.
std::vector<Message> read_lobster(std::istream& csv);

/// About as many new orders, cancels, replacements and IOC orders as there are in such a file.
std::vector<Message> generate(std::size_t count, std::uint64_t seed);

/// Orders that all rest: bids below 500.00 and asks above 600.00.
std::vector<Message> generate_resting(std::size_t count, std::uint64_t seed);

}  // namespace syrah::replay
