#include "crypto/library.h"

#include <sodium.h>

#include "base/check.h"

namespace syrah::crypto {

void require_library() {
  static const bool ready = sodium_init() >= 0;
  SYRAH_CHECK(ready, "libsodium could not be initialised");
}

}  // namespace syrah::crypto
