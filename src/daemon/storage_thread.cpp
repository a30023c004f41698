#include "daemon/storage_thread.h"

#include <chrono>
#include <iterator>
#include <span>
#include <utility>

#include "daemon/storage_limits.h"

namespace syrah::daemon {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::steady_clock;

std::size_t bytes_of(const node::Transaction& transaction) {
  std::size_t bytes = 0;
  for (const feed::Batch& batch : transaction.batches) bytes += batch.entry_bytes();
  for (const node::StoredSnapshot& snapshot : transaction.snapshots) bytes += snapshot.text.size();
  return bytes;
}

std::size_t entries_of(const std::vector<node::Transaction>& transactions) {
  std::size_t entries = 0;
  for (const node::Transaction& transaction : transactions) {
    for (const feed::Batch& batch : transaction.batches) entries += batch.entries.size();
  }
  return entries;
}

}  // namespace

StorageThread::StorageThread(store::Journal journal, Done done)
    : journal_(std::move(journal)), done_(std::move(done)), thread_([this] { run(); }) {}

StorageThread::~StorageThread() { stop(); }

bool StorageThread::full() const {
  return waiting_.size() >= kWaitingTransactionsMax || waiting_bytes_ >= kWaitingBytesMax;
}

void StorageThread::append(node::Transaction transaction) {
  {
    std::unique_lock lock(mutex_);
    taken_.wait(lock, [this] { return !full() || failed_ || stopping_; });
    if (failed_ || stopping_) return;
    waiting_bytes_ += bytes_of(transaction);
    waiting_.push_back(std::move(transaction));
  }
  arrived_.notify_one();
}

void StorageThread::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool StorageThread::take(std::vector<node::Transaction>& batch) {
  {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return !waiting_.empty() || stopping_; });
    batch.assign(std::make_move_iterator(waiting_.begin()),
                 std::make_move_iterator(waiting_.end()));
    waiting_.clear();
    waiting_bytes_ = 0;
  }
  taken_.notify_one();
  return !batch.empty();
}

void StorageThread::run() {
  std::vector<node::Transaction> batch;
  while (take(batch)) {
    const auto begin = steady_clock::now();
    const base::Status committed = journal_.commit(std::span<const node::Transaction>(batch));
    if (committed.ok()) {
      const auto took = duration_cast<microseconds>(steady_clock::now() - begin);
      done_(Committed{batch.back().id, batch.size(), entries_of(batch), took.count()});
      continue;
    }
    {
      const std::scoped_lock lock(mutex_);
      failed_ = true;
      waiting_.clear();
    }
    taken_.notify_one();
    done_(committed.error());
    return;
  }
}

}  // namespace syrah::daemon
