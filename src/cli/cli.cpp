#include "cli/cli.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <thread>

#include "cli/command_line.h"

namespace syrah::cli {
namespace {

constexpr int kColumnsUsual = 80;

std::optional<std::string> variable(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

base::Result<std::string> read_file(const std::string& path) {
  if (path == "-") {
    return std::string(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  }
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return base::Error{base::ErrorCode::kIo, "cannot be read"};
  return std::string(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
}

std::int64_t wall_ms() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
}

/// Connections stay open for commands that ask again and again.
net::HttpOutcome send(const net::HttpCall& call) {
  static net::HttpCalls calls;
  return calls.call(call);
}

bool pause(std::int64_t ms) {
  std::this_thread::sleep_for(std::chrono::milliseconds(ms));
  return std::cout.good();
}

int terminal_columns() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kColumnsUsual;
  return size.ws_col;
}

}  // namespace

int run(int argc, char** argv, const NodeWork& work) {
  Surroundings surroundings{std::cout, std::cerr, send,
                            variable,  read_file, wall_ms,
                            pause,     work.run,  work.look_at_machine};
  // See https://no-color.org.
  surroundings.colour = isatty(STDOUT_FILENO) != 0 && !variable("NO_COLOR");
  surroundings.err_is_terminal = isatty(STDERR_FILENO) != 0;
  surroundings.columns = terminal_columns();
  return run_with({argv + 1, argv + argc}, surroundings);
}

}  // namespace syrah::cli
