#include "cli/terminal.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string_view>

#include "base/check.h"

namespace syrah::cli {
namespace {

// ECMA-48 and xterm's private modes: the alternate screen (1049), no line wrap (7), the cursor
// (25).
constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?7l\x1b[?25l\x1b[2J";
constexpr std::string_view kLeave = "\x1b[0m\x1b[?25h\x1b[?7h\x1b[?1049l";

constexpr int kCrashes[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

// What a crash needs to put the terminal right; handlers reach nothing but what is global.
termios before{};
volatile std::sig_atomic_t entered = 0;

/// A terminal that is slow takes its time; false: it has gone.
bool write_all(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(STDOUT_FILENO, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void enter() {
  termios raw = before;
  // Keys one by one and unseen; Ctrl-C and Ctrl-Z still are signals.
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 0;
  ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  entered = 1;
  write_all(kEnter);
}

/// Only calls that a signal handler may make.
void leave() {
  if (entered == 0) return;
  entered = 0;
  write_all(kLeave);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

void crash(int number) {
  leave();
  std::signal(number, SIG_DFL);
  std::raise(number);
}

}  // namespace

bool Terminal::usable(const std::string& term) {
  return ::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0 && term != "dumb";
}

Terminal::Terminal() {
  SYRAH_CHECK(entered == 0, "a terminal has one screen");
  ::tcgetattr(STDIN_FILENO, &before);
  for (const int number : kCrashes) std::signal(number, crash);
  enter();
}

Terminal::~Terminal() {
  leave();
  for (const int number : kCrashes) std::signal(number, SIG_DFL);
}

ScreenSize Terminal::size() {
  winsize window{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_row == 0 ||
      window.ws_col == 0) {
    return {};
  }
  return {window.ws_row, window.ws_col};
}

void Terminal::draw(const std::vector<std::string>& lines) {
  std::string out;
  for (std::size_t at = 0; at < lines.size(); ++at) {
    if (at < shown_.size() && shown_[at] == lines[at]) continue;
    out += "\x1b[" + std::to_string(at + 1) + ";1H" + lines[at] + "\x1b[K";
  }
  if (!out.empty() && !write_all(out)) gone_ = true;
  shown_ = lines;
}

void Terminal::forget() {
  shown_.clear();
  if (!write_all("\x1b[2J")) gone_ = true;
}

int Terminal::descriptor() const { return STDIN_FILENO; }

std::vector<KeyPress> Terminal::keys() {
  char bytes[64];
  pollfd ready{STDIN_FILENO, POLLIN, 0};
  if (::poll(&ready, 1, 0) <= 0) return {};
  const ssize_t count = ::read(STDIN_FILENO, bytes, sizeof(bytes));
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return {};
  if (count <= 0) {
    gone_ = true;
    return {};
  }
  std::vector<KeyPress> keys;
  std::string_view text(bytes, static_cast<std::size_t>(count));
  while (!text.empty()) {
    std::size_t used = 1;
    if (text.starts_with("\x1b[C") || text.starts_with("\x1bOC")) {
      keys.push_back(KeyPress::kNext);
      used = 3;
    } else if (text.starts_with("\x1b[D") || text.starts_with("\x1bOD")) {
      keys.push_back(KeyPress::kPrevious);
      used = 3;
    } else if (text[0] == 'q' || text[0] == 'Q') {
      keys.push_back(KeyPress::kQuit);
    } else if (text[0] == ' ') {
      keys.push_back(KeyPress::kPause);
    } else if (text[0] == '\x0C') {  // Ctrl-L
      keys.push_back(KeyPress::kRedraw);
    }
    text.remove_prefix(used);
  }
  return keys;
}

void Terminal::suspend() {
  leave();
  std::raise(SIGSTOP);
  enter();
  forget();
}

}  // namespace syrah::cli
