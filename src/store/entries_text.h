#pragma once

// The entries of a batch as one column: a JSON array of the very texts that were hashed and signed,
// readable with SQLite's own JSON functions.

#include <string_view>

#include "base/result.h"
#include "feed/batch.h"

namespace syrah::store {

/// The reverse of feed::Entries::text(). Only finds where entries begin and end and reads their
/// number and time; whether they are what was stored is for the hash chain to say.
base::Result<feed::Entries> split_entries(std::string_view text);

}  // namespace syrah::store
