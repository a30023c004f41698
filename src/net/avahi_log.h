#pragma once

// What Avahi wants to print, as log lines. Avahi has one function for the whole process and gives
// it no context, so each call into Avahi says beforehand whose lines may come.

#include <functional>

#include "base/log.h"

namespace syrah::net {

using OnLog = std::function<void(base::LogLine)>;

/// While this lives, Avahi's lines in this thread go to `on_log`, all as debug lines.
class AvahiLogScope {
 public:
  explicit AvahiLogScope(const OnLog& on_log);
  ~AvahiLogScope();
  AvahiLogScope(const AvahiLogScope&) = delete;
  AvahiLogScope& operator=(const AvahiLogScope&) = delete;

 private:
  const OnLog* before_;
};

}  // namespace syrah::net
