#pragma once

namespace syrah::crypto {

/// Makes libsodium ready, once for the whole program. Everything that calls it asks for this first:
/// without it, the generator may be unsafe. A failure stops the program.
void require_library();

}  // namespace syrah::crypto
