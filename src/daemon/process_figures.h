#pragma once

// What the system says of this process and of the disk under its data folder.

#include <cstdint>
#include <string>

namespace syrah::daemon {

struct ProcessFigures {
  std::int64_t cpu_us = 0;  ///< of all threads, user and system
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t open_descriptors = 0;
  std::uint64_t descriptors_max = 0;
};

/// What cannot be read is 0.
ProcessFigures read_process_figures();

struct DiskFigures {
  std::uint64_t journal_bytes = 0;  ///< the database and its write-ahead log
  std::uint64_t free_bytes = 0;     ///< on the disk of the journal, for this user
};

/// What cannot be read is 0.
DiskFigures read_disk_figures(const std::string& journal_file);

}  // namespace syrah::daemon
