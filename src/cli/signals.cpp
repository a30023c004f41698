#include "cli/signals.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/check.h"

namespace syrah::cli {
namespace {

// Handlers reach nothing but what is global.
int pipe_ends[2] = {-1, -1};

void note(int number) {
  const int kept = errno;
  const auto byte = static_cast<unsigned char>(number);
  // A full pipe means that the reader has enough to do already.
  static_cast<void>(!::write(pipe_ends[1], &byte, 1));
  errno = kept;
}

}  // namespace

Signals::Signals(std::initializer_list<int> numbers) {
  SYRAH_CHECK(pipe_ends[0] < 0, "signals have one reader at a time");
  SYRAH_CHECK(::pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) == 0, "no descriptor is left");
  struct sigaction action {};
  action.sa_handler = note;
  sigemptyset(&action.sa_mask);
  for (const int number : numbers) ::sigaction(number, &action, &before_[number]);
}

Signals::~Signals() {
  for (const auto& [number, action] : before_) ::sigaction(number, &action, nullptr);
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
  pipe_ends[0] = pipe_ends[1] = -1;
}

int Signals::descriptor() const { return pipe_ends[0]; }

std::vector<int> Signals::take() {
  std::vector<int> numbers;
  unsigned char byte = 0;
  while (::read(pipe_ends[0], &byte, 1) == 1) numbers.push_back(byte);
  return numbers;
}

}  // namespace syrah::cli
