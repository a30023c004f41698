#pragma once

// Writes log lines: text for people, or one JSON object a line for machines.

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>

#include "base/log.h"

namespace syrah::daemon {

enum class LogFormat : std::uint8_t { kText, kJson };

/// `peer connected peer=alice address=10.0.0.1:3000 reason="said goodbye"`. Values with spaces,
/// quotes or anything unprintable are quoted and escaped, so that no stranger's text can look like
/// another field or another line.
std::string text_line(const base::LogLine& line);

/// The members of the line's JSON object, without braces: `"message":"peer connected","peer":...`.
std::string json_members(const base::LogLine& line);

/// May be called from any thread.
class Log {
 public:
  /// Lines below `level` are dropped. `out` must outlive this; each line is flushed.
  Log(LogFormat format, base::LogLevel level, std::ostream& out);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void write(const base::LogLine& line);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace syrah::daemon
