#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace syrah::p2p {

/// How an address was found. Where nothing else decides, those before others have the first turn.
enum class Source : std::uint8_t {
  kUser,
  kStored,  ///< worked in an earlier run
  kBootstrap,
  kMdns,
  kGrenache,
  kInbound,  ///< who dialled here says that it listens there
  kExchange,
};
inline constexpr std::size_t kSources = 7;

inline constexpr std::array<std::string_view, kSources> kSourceTexts{
    "user", "stored", "bootstrap", "mdns", "grenache", "inbound", "exchange"};

inline constexpr std::string_view to_text(Source source) {
  return kSourceTexts[static_cast<std::size_t>(source)];
}

/// What became of the addresses of one source, for people and metrics.
struct SourceView {
  std::string name;
  std::uint64_t found = 0;                ///< different addresses that were taken in
  std::uint64_t tried = 0;                ///< dials
  std::uint64_t connected = 0;            ///< of these, sessions that were opened
  std::uint64_t failed = 0;               ///< of these, the others
  std::int64_t first_connection_ms = -1;  ///< from start to the first session; -1: none yet
};

}  // namespace syrah::p2p
