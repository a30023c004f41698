#include "store/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "store/descriptor.h"
#include "store/limits.h"

namespace syrah::store {
namespace {

base::Status write_all(int descriptor, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return io_failed("write", path);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return base::success();
}

base::Status write_new(const std::string& path, std::string_view text, unsigned mode) {
  const Descriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!file.is_open()) return io_failed("create", path);
  // A leftover of an earlier crash may have other permissions, and the umask takes some away.
  if (::fchmod(file.get(), mode) != 0) return io_failed("set the permissions of", path);
  const base::Status written = write_all(file.get(), text, path);
  if (!written.ok()) return written;
  if (::fsync(file.get()) != 0) return io_failed("sync", path);
  return base::success();
}

}  // namespace

base::Error io_failed(const char* what, const std::string& path) {
  const base::ErrorCode code = errno == ENOENT ? base::ErrorCode::kNotFound : base::ErrorCode::kIo;
  return {code, fmt::format("cannot {} {}: {}", what, path, std::strerror(errno))};
}

base::Status ensure_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return sync_directory_of(path);
  if (errno != EEXIST) return io_failed("make the directory", path);
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return io_failed("look at", path);
  if (!S_ISDIR(status.st_mode)) return base::invalid(path + " is not a directory");
  return base::success();
}

base::Result<std::string> read_file(const std::string& path, std::size_t bytes_max) {
  // O_NONBLOCK: opening a pipe must not wait for a writer.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) return io_failed("open", path);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return io_failed("look at", path);
  if (!S_ISREG(status.st_mode)) return base::invalid(path + " is not a regular file");

  std::string text;
  std::array<char, 16 * 1024> part{};
  while (true) {
    const ssize_t count = ::read(file.get(), part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return io_failed("read", path);
    if (count == 0) return text;
    text.append(part.data(), static_cast<std::size_t>(count));
    if (text.size() > bytes_max) {
      return base::Error{base::ErrorCode::kLimit,
                         fmt::format("{} is larger than {} bytes", path, bytes_max)};
    }
  }
}

base::Status write_file_atomically(const std::string& path, std::string_view text, unsigned mode) {
  const std::string fresh = path + ".new";
  const base::Status written = write_new(fresh, text, mode);
  if (!written.ok()) {
    ::unlink(fresh.c_str());
    return written;
  }
  if (std::rename(fresh.c_str(), path.c_str()) != 0) {
    const base::Error error = io_failed("replace", path);
    ::unlink(fresh.c_str());
    return error;
  }
  return sync_directory_of(path);
}

base::Result<std::string> set_aside(const std::string& path) {
  for (int number = 1; number <= kSetAsideNamesMax; ++number) {
    const std::string name = fmt::format("{}.damaged-{}", path, number);
    if (::renameat2(AT_FDCWD, path.c_str(), AT_FDCWD, name.c_str(), RENAME_NOREPLACE) == 0) {
      const base::Status synced = sync_directory_of(path);
      if (!synced.ok()) return synced.error();
      return name;
    }
    if (errno != EEXIST) return io_failed("set aside", path);
  }
  return base::Error{base::ErrorCode::kLimit,
                     fmt::format("cannot set aside {}: {}.damaged-1 to {} are all taken", path,
                                 path, kSetAsideNamesMax)};
}

base::Status sync_directory_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  std::string directory = ".";
  if (slash != std::string::npos) directory = slash == 0 ? "/" : path.substr(0, slash);
  const Descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.is_open()) return io_failed("open", directory);
  if (::fsync(opened.get()) != 0) return io_failed("sync", directory);
  return base::success();
}

}  // namespace syrah::store
