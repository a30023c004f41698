#pragma once

// Checks of the program's own invariants. They stay on in every build: a node that has lost its
// footing stops rather than goes on with wrong state.

namespace syrah::base {

/// Prints the failed condition with its position and aborts. Never returns.
[[noreturn]] void check_failed(const char* condition, const char* message, const char* file,
                               int line);

}  // namespace syrah::base

/// For programmer errors only; what a stranger or a client can cause is a `Result`.
#define SYRAH_CHECK(condition, message)                                       \
  do {                                                                        \
    if (!(condition)) {                                                       \
      ::syrah::base::check_failed(#condition, (message), __FILE__, __LINE__); \
    }                                                                         \
  } while (false)
