#pragma once

#include <cstdint>
#include <string>

#include "cli/commands.h"

namespace syrah::cli {

/// All that arguments can say. One object, because CLI11 fills it through references.
struct Arguments {
  std::string api;
  std::string key_file;
  bool json = false;
  OrderTerms terms;
  std::string id;
  std::string instrument;
  std::string address;
  bool all = false;
  bool unconfirmed = false;
  bool watch = false;
  KeyTerms key = {{"view", "trade"}, {}, {}, {}};
  std::int64_t seconds = 0;
  std::size_t depth = 10;
  std::int64_t limit = 20;
};

}  // namespace syrah::cli
