#pragma once

// The journal on a thread of its own, so that the node goes on while the disk syncs.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/result.h"
#include "node/records.h"
#include "store/journal.h"

namespace syrah::daemon {

/// One commit: what it made durable, and what that took.
struct Committed {
  std::uint64_t last = 0;  ///< the id of the last transaction
  std::size_t transactions = 0;
  std::size_t entries = 0;
  std::int64_t took_us = 0;
};

/// Commits transactions in the order of `append`, all that wait in one commit: the busier, the
/// fewer syncs for each. After a failure nothing more is written.
///
/// `append` and `stop` are for one thread (the node's).
class StorageThread {
 public:
  /// Called on the storage thread after each commit, or once with the error after which nothing
  /// more is written.
  using Done = std::function<void(base::Result<Committed>)>;

  StorageThread(store::Journal journal, Done done);
  ~StorageThread();
  StorageThread(const StorageThread&) = delete;
  StorageThread& operator=(const StorageThread&) = delete;

  /// Waits while the bounds of storage_limits.h are reached: a node whose disk hangs must not take
  /// on more. After a failure or `stop`, the transaction is dropped.
  void append(node::Transaction transaction);

  /// Commits what waits, calls back for it, and ends the thread. May be called again.
  void stop();

 private:
  void run();
  bool take(std::vector<node::Transaction>& batch);
  [[nodiscard]] bool full() const;

  store::Journal journal_;  ///< the storage thread's once it runs
  Done done_;

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::condition_variable taken_;
  std::deque<node::Transaction> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool stopping_ = false;
  bool failed_ = false;
  std::thread thread_;  ///< last: it uses all of the above
};

}  // namespace syrah::daemon
