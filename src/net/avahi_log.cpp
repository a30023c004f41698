#include "net/avahi_log.h"

#include <avahi-core/log.h>

#include <mutex>

#include "base/printable.h"
#include "net/mdns_limits.h"

namespace syrah::net {
namespace {

thread_local const OnLog* listener = nullptr;

void take_line(AvahiLogLevel /*level*/, const char* text) {
  if (listener != nullptr && *listener) {
    (*listener)({.level = base::LogLevel::kDebug,
                 .message = "mDNS library",
                 .fields = {{"text", base::printable(text, kMdnsLogBytesMax)}}});
  }
}

}  // namespace

AvahiLogScope::AvahiLogScope(const OnLog& on_log) : before_(listener) {
  static std::once_flag once;
  std::call_once(once, [] { avahi_set_log_function(&take_line); });
  listener = &on_log;
}

AvahiLogScope::~AvahiLogScope() { listener = before_; }

}  // namespace syrah::net
