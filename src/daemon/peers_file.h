#pragma once

#include <asio/thread_pool.hpp>
#include <functional>
#include <mutex>
#include <string>

#include "base/result.h"

namespace syrah::daemon {

/// Writes the peers file on a thread of its own, so that the node does not wait for the disk. Where
/// texts come quicker than they can be written, only the newest is.
class PeersFile {
 public:
  /// `failed` is called on that thread.
  PeersFile(std::string path, std::function<void(const base::Error&)> failed);
  /// Writes what is still waiting.
  ~PeersFile();
  PeersFile(const PeersFile&) = delete;
  PeersFile& operator=(const PeersFile&) = delete;

  void save(std::string text);

 private:
  void write();

  std::string path_;
  std::function<void(const base::Error&)> failed_;
  std::mutex mutex_;
  std::string newest_;
  bool scheduled_ = false;
  asio::thread_pool thread_{1};
};

}  // namespace syrah::daemon
