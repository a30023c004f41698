#pragma once

// The tables of the journal and their versions. A database of an older version is brought forward
// when it is opened, one version at a time, each in one transaction.

#include <cstdint>
#include <span>

#include "base/result.h"
#include "store/database.h"

namespace syrah::store {

/// Brings a database of version `to - 1` (0: empty) to version `to`.
struct Migration {
  std::int64_t to = 0;
  const char* sql = nullptr;
};

/// Those of this program, without a gap from 1 to the version it writes.
std::span<const Migration> migrations();

/// Runs those that the database lacks. Refuses (kRefused) a database that is newer than the list.
base::Status migrate(Database& database, std::span<const Migration> list);

}  // namespace syrah::store
