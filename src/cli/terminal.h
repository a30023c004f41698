#pragma once

#include <string>
#include <vector>

#include "cli/watch_view.h"

namespace syrah::cli {

enum class KeyPress : unsigned char { kQuit, kPause, kNext, kPrevious, kRedraw };

/// The terminal as a screen that is drawn line by line, and keys without waiting for Enter. While
/// this lives the alternate screen is shown; what was there before comes back with its end, and
/// also when the program crashes. One object at a time.
class Terminal {
 public:
  /// Whether standard input and output are a terminal that can do this.
  static bool usable(const std::string& term);

  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  [[nodiscard]] static ScreenSize size();
  /// Writes the lines that differ from those that stand there.
  void draw(const std::vector<std::string>& lines);
  /// The next draw() writes all lines.
  void forget();

  /// Can be read when keys were pressed.
  [[nodiscard]] int descriptor() const;
  std::vector<KeyPress> keys();
  /// The terminal has gone: there is nobody to draw for.
  [[nodiscard]] bool gone() const { return gone_; }

  /// Gives the terminal back until the user continues the program (Ctrl-Z, fg).
  void suspend();

 private:
  std::vector<std::string> shown_;
  bool gone_ = false;
};

}  // namespace syrah::cli
