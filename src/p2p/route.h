#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace syrah::p2p {

/// By which way a connection to a peer goes. Both carry the same bytes.
enum class Route : std::uint8_t {
  kDirect,    ///< TCP
  kGrenache,  ///< a tunnel through Grenache RPC, for peers that cannot be reached directly
};

inline constexpr std::size_t kRoutes = 2;

inline constexpr std::string_view to_text(Route route) {
  return route == Route::kDirect ? "direct" : "grenache";
}

}  // namespace syrah::p2p
