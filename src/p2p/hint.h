#pragma once

#include <optional>
#include <string>

#include "p2p/address_book.h"

namespace syrah::p2p {

/// What a source says: someone may listen there. Never believed: the handshake shows who it is.
struct Hint {
  AddressKey key;
  Source source = Source::kExchange;
  std::optional<base::NodeId> id;  ///< whose it is said to be
  std::string teller;  ///< those with the same text share a bound (AddressBook::add_heard)
};

}  // namespace syrah::p2p
