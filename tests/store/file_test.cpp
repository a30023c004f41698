#include "store/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "store/temp_dir.h"

namespace syrah::store {
namespace {

TEST(File, IsReplacedWholeAndForItsOwnerOnly) {
  const tests::TempDir dir;
  const std::string path = dir.file("peers.json");
  ASSERT_TRUE(write_file_atomically(path, "first", 0644).ok());
  std::ofstream(path + ".new") << "left behind by a crash";
  ASSERT_TRUE(write_file_atomically(path, "second", 0600).ok());
  EXPECT_EQ(*read_file(path, 100), "second");
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_FALSE(std::filesystem::exists(path + ".new"));
}

TEST(File, AFailedWriteLeavesItAsItWas) {
  const tests::TempDir dir;
  const std::string path = dir.file("peers.json");
  ASSERT_TRUE(write_file_atomically(path, "first", 0600).ok());
  std::filesystem::create_directory(path + ".new");
  const base::Status done = write_file_atomically(path, "second", 0600);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, base::ErrorCode::kIo);
  EXPECT_EQ(*read_file(path, 100), "first");
}

TEST(File, ReadingIsBoundedAndSaysWhatIsWrong) {
  const tests::TempDir dir;
  const std::string path = dir.file("peers.json");
  EXPECT_EQ(read_file(path, 10).error().code, base::ErrorCode::kNotFound);
  ASSERT_TRUE(write_file_atomically(path, "0123456789", 0600).ok());
  EXPECT_TRUE(read_file(path, 10).ok());
  EXPECT_EQ(read_file(path, 9).error().code, base::ErrorCode::kLimit);
  EXPECT_EQ(read_file(dir.path(), 9).error().code, base::ErrorCode::kInvalid);
  const std::string pipe = dir.file("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(read_file(pipe, 9).error().code, base::ErrorCode::kInvalid);
}

TEST(File, SettingAsideNeverOverwrites) {
  const tests::TempDir dir;
  const std::string path = dir.file("peers.json");
  for (const char* const text : {"1", "2"}) {
    ASSERT_TRUE(write_file_atomically(path, text, 0600).ok());
    EXPECT_EQ(*set_aside(path), path + ".damaged-" + text);
    EXPECT_FALSE(std::filesystem::exists(path));
  }
  EXPECT_EQ(*read_file(path + ".damaged-1", 9), "1");
  EXPECT_EQ(*read_file(path + ".damaged-2", 9), "2");
  EXPECT_EQ(set_aside(path).error().code, base::ErrorCode::kNotFound);
}

TEST(File, DirectoriesAreMadeOnceAndFilesAreNotTakenForThem) {
  const tests::TempDir dir;
  const std::string path = dir.file("inside");
  EXPECT_TRUE(ensure_directory(path).ok());
  EXPECT_TRUE(ensure_directory(path).ok());
  std::ofstream(dir.file("plain")).close();
  EXPECT_EQ(ensure_directory(dir.file("plain")).error().code, base::ErrorCode::kInvalid);
  EXPECT_FALSE(ensure_directory(dir.file("missing/inside")).ok());
}

}  // namespace
}  // namespace syrah::store
