#include "store/data_dir_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "store/file.h"

namespace syrah::store {
namespace {

/// The file is for people too: it holds the number of the process and a line end.
std::string holder_of(const std::string& path) {
  const base::Result<std::string> text = read_file(path, 32);
  if (!text.ok() || text->empty()) return "another process";
  return "process " + text->substr(0, text->find('\n'));
}

}  // namespace

base::Result<DataDirLock> DataDirLock::take(const std::string& directory) {
  const base::Status made = ensure_directory(directory);
  if (!made.ok()) return made.error();
  const std::string path = directory + "/lock";
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.is_open()) {
    return base::Error{base::ErrorCode::kIo,
                       fmt::format("cannot open {}: {}", path, std::strerror(errno))};
  }
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      return base::Error{base::ErrorCode::kUnavailable,
                         fmt::format("{} is in use by {}", directory, holder_of(path))};
    }
    return base::Error{base::ErrorCode::kIo,
                       fmt::format("cannot lock {}: {}", path, std::strerror(errno))};
  }
  const std::string text = fmt::format("{}\n", ::getpid());
  if (::ftruncate(file.get(), 0) != 0 ||
      ::pwrite(file.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    return base::Error{base::ErrorCode::kIo,
                       fmt::format("cannot write {}: {}", path, std::strerror(errno))};
  }
  return DataDirLock(std::move(file));
}

}  // namespace syrah::store
