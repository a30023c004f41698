#pragma once

// Questions to the history on a thread of their own: years of fills may take a while to page.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "node/history.h"
#include "store/history.h"

namespace syrah::daemon {

/// Answers in the order of the questions. `ask` and `stop` are for one thread (the node's).
class ReaderThread {
 public:
  /// Called on the reader's thread with the query's id and its answer.
  using Answered = std::function<void(std::uint64_t, node::JournalAnswer)>;

  ReaderThread(store::History history, Answered answered);
  ~ReaderThread();
  ReaderThread(const ReaderThread&) = delete;
  ReaderThread& operator=(const ReaderThread&) = delete;

  /// False, and no answer will come, when too many questions wait (storage_limits.h) or after
  /// `stop`.
  [[nodiscard]] bool ask(std::uint64_t query, node::JournalQuery question);

  /// Ends the thread after the question that it is at; those that wait get no answer. May be called
  /// again.
  void stop();

 private:
  struct Asked {
    std::uint64_t query = 0;
    node::JournalQuery question;
  };

  void run();

  store::History history_;  ///< the reader's thread's once it runs
  Answered answered_;

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Asked> waiting_;
  bool stopping_ = false;
  std::thread thread_;  ///< last: it uses all of the above
};

}  // namespace syrah::daemon
