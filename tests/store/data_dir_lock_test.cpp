#include "store/data_dir_lock.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <utility>

#include "store/temp_dir.h"

namespace syrah::store {
namespace {

TEST(DataDirLock, KeepsASecondNodeOutAndNamesTheFirst) {
  const tests::TempDir dir;
  const std::string path = dir.file("data");
  {
    base::Result<DataDirLock> first = DataDirLock::take(path);
    ASSERT_TRUE(first.ok()) << first.error().message;
    const DataDirLock moved = std::move(*first);
    const base::Result<DataDirLock> second = DataDirLock::take(path);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code, base::ErrorCode::kUnavailable);
    EXPECT_EQ(second.error().message, path + " is in use by process " + std::to_string(::getpid()));
  }
  EXPECT_TRUE(DataDirLock::take(path).ok());
}

TEST(DataDirLock, SaysWhyADirectoryCannotBeLocked) {
  EXPECT_EQ(DataDirLock::take("/proc").error().code, base::ErrorCode::kIo);
}

}  // namespace
}  // namespace syrah::store
