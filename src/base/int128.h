#pragma once

namespace syrah::base {

// Both compilers have 128-bit integers, the standard does not: __extension__ keeps -Wpedantic
// quiet.
__extension__ typedef __int128 Int128;            // NOLINT(modernize-use-using)
__extension__ typedef unsigned __int128 Uint128;  // NOLINT(modernize-use-using)

}  // namespace syrah::base
