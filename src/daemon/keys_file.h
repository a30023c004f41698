#pragma once

#include <asio/thread_pool.hpp>
#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"

namespace syrah::daemon {

/// Writes the file of API keys on a thread of its own, one text after the other, and tells when
/// each is on the disk.
class KeysFile {
 public:
  /// `saved` is called on that thread.
  KeysFile(std::string path, std::function<void(std::uint64_t save, const base::Status&)> saved);
  /// Writes what is still waiting.
  ~KeysFile();
  KeysFile(const KeysFile&) = delete;
  KeysFile& operator=(const KeysFile&) = delete;

  void save(std::uint64_t save, std::string text);

 private:
  std::string path_;
  std::function<void(std::uint64_t, const base::Status&)> saved_;
  asio::thread_pool thread_{1};
};

}  // namespace syrah::daemon
