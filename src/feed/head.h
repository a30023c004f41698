#pragma once

// A head is a home's signed statement "my feed ends here": the one signature of the feed. It seals
// every batch, and repeated with a newer time it is the home's sign of life, which anyone relays.

#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "crypto/identity.h"

namespace syrah::feed {

struct Head {
  base::NodeId home;
  base::Seq seq = 0;      ///< number of the last entry, 0 for an empty feed
  crypto::Digest hash{};  ///< chain hash after that entry
  base::Hlc time;         ///< when the home signed; never goes back in one feed
  crypto::Signature signature{};

  bool operator==(const Head&) const = default;
};

/// Chain hash before the first entry of a home: SHA-256("syrah feed 1\n" || home).
crypto::Digest genesis_hash(const base::NodeId& home);

/// Chain hash after an entry: SHA-256(previous || text of the entry).
crypto::Digest next_hash(const crypto::Digest& previous, std::string_view entry_text);

/// The bytes under the signature: "syrah head 1\n" || home || seq || hash || ms || counter, numbers
/// big-endian in 8, 8 and 4 bytes.
std::string signed_bytes(const Head& head);

Head sign_head(const crypto::Identity& identity, base::Seq seq, const crypto::Digest& hash,
               base::Hlc time);
bool verify_head(const Head& head);

}  // namespace syrah::feed
