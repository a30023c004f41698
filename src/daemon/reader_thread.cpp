#include "daemon/reader_thread.h"

#include <utility>

#include "daemon/storage_limits.h"

namespace syrah::daemon {

ReaderThread::ReaderThread(store::History history, Answered answered)
    : history_(std::move(history)), answered_(std::move(answered)), thread_([this] { run(); }) {}

ReaderThread::~ReaderThread() { stop(); }

bool ReaderThread::ask(std::uint64_t query, node::JournalQuery question) {
  {
    const std::scoped_lock lock(mutex_);
    if (stopping_ || waiting_.size() >= kWaitingQueriesMax) return false;
    waiting_.push_back({query, std::move(question)});
  }
  arrived_.notify_one();
  return true;
}

void ReaderThread::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    waiting_.clear();
  }
  arrived_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void ReaderThread::run() {
  while (true) {
    Asked asked;
    {
      std::unique_lock lock(mutex_);
      arrived_.wait(lock, [this] { return !waiting_.empty() || stopping_; });
      if (waiting_.empty()) return;
      asked = std::move(waiting_.front());
      waiting_.pop_front();
    }
    answered_(asked.query, history_.answer(asked.question));
  }
}

}  // namespace syrah::daemon
