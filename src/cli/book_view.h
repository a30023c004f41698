#pragma once

#include <cstddef>
#include <string>

#include "json/value.h"

namespace syrah::cli {

struct BookLook {
  std::size_t depth = 10;  ///< prices a side
  int columns = 80;        ///< of the terminal
  bool colour = false;
};

/// A book (level 2) for people: asks above, the spread between, bids below, with sizes summed from
/// the best price outwards as numbers and bars.
std::string book_view(std::string_view instrument, const json::Value& book, const BookLook& look);

}  // namespace syrah::cli
