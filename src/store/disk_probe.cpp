#include "store/disk_probe.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

#include "store/descriptor.h"
#include "store/file.h"

namespace syrah::store {
namespace {

constexpr int kWrites = 9;

}  // namespace

base::Result<std::int64_t> free_bytes(const std::string& directory) {
  struct statvfs state {};
  if (::statvfs(directory.c_str(), &state) != 0) return io_failed("look at", directory);
  return static_cast<std::int64_t>(state.f_bavail) * static_cast<std::int64_t>(state.f_frsize);
}

base::Result<std::int64_t> measure_sync_us(const std::string& directory) {
  // Without a name, so that it is gone whatever happens.
  const Descriptor file(::open(directory.c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600));
  if (!file.is_open()) return io_failed("write to", directory);
  const std::array<char, 4096> page{};
  std::vector<std::int64_t> times_us;
  for (int number = 0; number < kWrites; ++number) {
    const auto begin = std::chrono::steady_clock::now();
    if (::pwrite(file.get(), page.data(), page.size(), number * off_t{4096}) < 0 ||
        ::fsync(file.get()) != 0) {
      return io_failed("write to", directory);
    }
    const auto took = std::chrono::steady_clock::now() - begin;
    times_us.push_back(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
  }
  std::sort(times_us.begin(), times_us.end());
  return times_us[times_us.size() / 2];
}

base::Result<unsigned> mode_of_readable(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) return io_failed("read", path);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return io_failed("look at", path);
  return status.st_mode & 07777U;
}

}  // namespace syrah::store
