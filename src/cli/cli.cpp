#include "cli/cli.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
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

base::Status write_secret(const std::string& path, const std::string& text) {
  const auto failed = [&path] {
    return base::Error{base::ErrorCode::kIo,
                       fmt::format("{} cannot be written: {}", path, std::strerror(errno))};
  };
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return failed();
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t written = ::write(file, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) break;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  base::Status done = base::success();
  if (!rest.empty() || ::fsync(file) != 0) {
    done = failed();
    ::unlink(path.c_str());
  }
  ::close(file);
  return done;
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
                            pause,     work.run,  work.look_at_machine,
                            {}};
  surroundings.write_secret = write_secret;
  // See https://no-color.org.
  surroundings.colour = isatty(STDOUT_FILENO) != 0 && !variable("NO_COLOR");
  surroundings.err_is_terminal = isatty(STDERR_FILENO) != 0;
  surroundings.columns = terminal_columns();
  return run_with({argv + 1, argv + argc}, surroundings);
}

}  // namespace syrah::cli
