#pragma once

#include <string>

#include "base/result.h"
#include "store/descriptor.h"

namespace syrah::store {

/// Two nodes on one data directory would write one feed twice and fork it. The lock is the kernel's
/// (flock): it goes with the process, however that ends, so no stale lock is ever in the way.
class DataDirLock {
 public:
  /// Makes the directory if it is missing. kUnavailable, naming the process, if it is in use.
  static base::Result<DataDirLock> take(const std::string& directory);

 private:
  explicit DataDirLock(Descriptor file) : file_(std::move(file)) {}

  Descriptor file_;
};

}  // namespace syrah::store
