#pragma once

// Everything the command line needs of the world, so that tests can stand in for it.

#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>

#include "base/result.h"
#include "doctor/facts.h"
#include "net/http_caller.h"

namespace syrah::cli {

struct Surroundings {
  std::ostream& out;
  std::ostream& err;
  std::function<base::Result<net::HttpReply>(const net::HttpCall&)> send;
  std::function<std::optional<std::string>(const std::string&)> variable;  ///< of the environment
  std::function<base::Result<std::string>(const std::string&)> read_file;
  std::function<std::int64_t()> wall_ms;
  std::function<bool(std::int64_t ms)> pause;  ///< waits; false: do not go on
  std::function<int()> run_node;
  /// What a node would find here; the path of a file with variables, or "".
  std::function<base::Result<doctor::Machine>(const std::string& env_file)> look_at_machine;
  /// Makes a new file that only its owner may read; an error if there is one already.
  std::function<base::Status(const std::string& path, const std::string& text)> write_secret;
  bool colour = false;           ///< the output is a terminal that wants it
  bool err_is_terminal = false;  ///< so that progress can be shown there
  int columns = 80;
};

/// Exit statuses, for scripts.
inline constexpr int kExitDone = 0;
inline constexpr int kExitRefused = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitUnreachable = 3;

}  // namespace syrah::cli
