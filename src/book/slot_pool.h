#pragma once

// Records that are named by 32-bit numbers, which stay theirs wherever they are. Memory comes and
// goes in chunks: growing copies nothing, and nothing is spare but the rest of the last chunk.

#include <array>
#include <cstddef>
#include <limits>
#include <memory>
#include <vector>

#include "base/check.h"
#include "book/limits.h"
#include "book/words.h"

namespace syrah::book {

/// An array that grows by chunks of 2^kChunkBits records.
template <class Record, unsigned kChunkBits>
class ChunkedArray {
 public:
  static constexpr std::size_t kChunk = std::size_t{1} << kChunkBits;

  Record& operator[](Slot slot) { return (*chunks_[slot >> kChunkBits])[slot & (kChunk - 1)]; }
  const Record& operator[](Slot slot) const {
    return (*chunks_[slot >> kChunkBits])[slot & (kChunk - 1)];
  }

  /// Makes room for this many records.
  void reserve(std::size_t size) {
    while (chunks_.size() << kChunkBits < size) chunks_.push_back(std::make_unique<Chunk>());
  }
  /// Gives back what more than this many records need.
  void shrink(std::size_t size) {
    const std::size_t chunks = (size + kChunk - 1) >> kChunkBits;
    if (chunks_.size() <= chunks) return;
    chunks_.resize(chunks);
    chunks_.shrink_to_fit();
  }
  [[nodiscard]] std::size_t bytes() const {
    return chunks_.size() * sizeof(Chunk) + chunks_.capacity() * sizeof(chunks_[0]);
  }

 private:
  using Chunk = std::array<Record, kChunk>;
  std::vector<std::unique_ptr<Chunk>> chunks_;
};

/// Such an array with a list of the free ones, linked by their `next`. Slot 0 is never given out.
template <class Record, unsigned kChunkBits>
class SlotPool {
 public:
  Record& operator[](Slot slot) { return records_[slot]; }
  const Record& operator[](Slot slot) const { return records_[slot]; }

  /// The slot freed last, whose memory is the likeliest to be in a cache.
  Slot take() {
    ++used_;
    if (free_ != 0) {
      const Slot slot = free_;
      free_ = records_[slot].next;
      return slot;
    }
    SYRAH_CHECK(top_ != std::numeric_limits<Slot>::max(), "more records than slots");
    records_.reserve(std::size_t{top_} + 1);
    return top_++;
  }
  void give(Slot slot) {
    records_[slot].next = free_;
    free_ = slot;
    --used_;
  }

  [[nodiscard]] std::size_t used() const { return used_; }
  [[nodiscard]] std::size_t bytes() const { return records_.bytes(); }

  /// Forgets all records; keeps the memory of some.
  void clear() {
    free_ = 0;
    top_ = 1;
    used_ = 0;
    records_.shrink(kKeptWhenEmpty);
  }

 private:
  ChunkedArray<Record, kChunkBits> records_;
  Slot free_ = 0;
  Slot top_ = 1;
  std::size_t used_ = 0;
};

}  // namespace syrah::book
