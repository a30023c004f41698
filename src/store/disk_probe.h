#pragma once

// What a disk is like, for the doctor. Leaves nothing behind.

#include <cstdint>
#include <string>

#include "base/result.h"

namespace syrah::store {

/// Bytes that this user may still write below the directory.
base::Result<std::int64_t> free_bytes(const std::string& directory);

/// Median time of a few small durable writes to a file in the directory, as the journal makes them.
base::Result<std::int64_t> measure_sync_us(const std::string& directory);

/// Permissions of a file that this user can read, as for chmod. kNotFound if there is none.
base::Result<unsigned> mode_of_readable(const std::string& path);

}  // namespace syrah::store
