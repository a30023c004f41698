#pragma once

// The secrets of a data directory, each in a small JSON file for its owner only (mode 0600):
//   node-key.json  {"seed": 64 hexadecimal digits}: the node's identity
//   api-key.json   {"key", "passphrase", "secret", "account"}: the first client's credentials
//   api-keys.json  what clients were given since then, see api/key_records.h
// A file that is there is never overwritten: one that cannot be read is an error that says what is
// wrong with it.

#include <array>
#include <cstdint>
#include <string>

#include "api/key_records.h"
#include "base/result.h"
#include "crypto/identity.h"

namespace syrah::store {

/// Reads the file, or makes it from `randomness`.
base::Result<crypto::Seed> load_or_create_node_key(const std::string& path,
                                                   const std::array<std::uint8_t, 32>& randomness);

/// Reads the file, or makes it from `randomness`. The account is the key's own: accounts are
/// compared across homes (self-trade prevention), so two nodes must not have the same by accident.
/// Who trades at several nodes copies the file.
base::Result<api::ApiKey> load_or_create_api_key(const std::string& path,
                                                 const std::array<std::uint8_t, 64>& randomness);

/// Reads the file of further keys; there is nothing in one that is not there.
base::Result<api::KeyRecords> read_key_records(const std::string& path);

}  // namespace syrah::store
