#pragma once

// One fact of the node's life, as a value. The node returns lines like any other effect; the edge
// of the program writes them (as text or JSON) or, in the simulator, into a trace.

#include <string>
#include <utility>
#include <vector>

namespace syrah::base {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

struct LogLine {
  LogLevel level = LogLevel::kInfo;
  std::string message;  ///< a short sentence without the particulars: "peer connected"
  std::vector<std::pair<std::string, std::string>> fields;  ///< the particulars, in order
};

}  // namespace syrah::base
