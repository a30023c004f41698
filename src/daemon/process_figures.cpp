#include "daemon/process_figures.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <system_error>

namespace syrah::daemon {
namespace {

std::int64_t in_us(const timeval& time) {
  return std::int64_t{time.tv_sec} * 1'000'000 + std::int64_t{time.tv_usec};
}

std::uint64_t entries_of(const char* folder) {
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  std::uint64_t count = 0;
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) ++count;
  return count;
}

std::uint64_t size_of(const std::string& file) {
  struct stat status {};
  return ::stat(file.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

}  // namespace

ProcessFigures read_process_figures() {
  ProcessFigures figures;
  rusage used{};
  if (::getrusage(RUSAGE_SELF, &used) == 0) {
    figures.cpu_us = in_us(used.ru_utime) + in_us(used.ru_stime);
  }
  std::uint64_t virtual_pages = 0;
  std::uint64_t resident_pages = 0;
  if (std::ifstream("/proc/self/statm") >> virtual_pages >> resident_pages) {
    const auto page_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    figures.virtual_bytes = virtual_pages * page_bytes;
    figures.resident_bytes = resident_pages * page_bytes;
  }
  const std::uint64_t descriptors = entries_of("/proc/self/fd");
  figures.open_descriptors = descriptors == 0 ? 0 : descriptors - 1;  // one was for looking
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) figures.descriptors_max = limit.rlim_cur;
  return figures;
}

DiskFigures read_disk_figures(const std::string& journal_file) {
  DiskFigures figures;
  figures.journal_bytes = size_of(journal_file) + size_of(journal_file + "-wal");
  struct statvfs disk {};
  if (::statvfs(journal_file.c_str(), &disk) == 0) {
    figures.free_bytes = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  }
  return figures;
}

}  // namespace syrah::daemon
