#pragma once

// Records that are named by 32-bit numbers, which stay theirs wherever they are. Memory comes and
// goes in chunks: growing copies nothing, and nothing is spare but the rest of the last chunk.

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <memory>
#include <vector>

#include "base/check.h"
#include "book/words.h"

namespace syrah::book {

/// Records in two parts, so that each fits cache lines of its own: what is touched often, and its
/// annex. Free records are linked by their `next`. Slot 0 is never given out. A new record is what
/// the one freed before it left, and all zeros the first time.
template <class Record, class Annex, unsigned kChunkBits>
class SlotPool {
 public:
  SlotPool() { grow(); }

  Record& operator[](Slot slot) { return chunks_[slot / kSize]->records[slot % kSize]; }
  const Record& operator[](Slot slot) const { return chunks_[slot / kSize]->records[slot % kSize]; }
  Annex& annex(Slot slot) { return chunks_[slot / kSize]->annexes[slot % kSize]; }
  const Annex& annex(Slot slot) const { return chunks_[slot / kSize]->annexes[slot % kSize]; }

  /// The slot freed last, whose memory is the likeliest to be in a cache.
  Slot take() {
    ++used_;
    if (free_ != 0) {
      const Slot slot = free_;
      free_ = (*this)[slot].next;
      return slot;
    }
    if (top_ == chunks_.size() * kSize) [[unlikely]]
      grow();
    SYRAH_CHECK(top_ != std::numeric_limits<Slot>::max(), "more records than slots");
    return top_++;
  }
  void give(Slot slot) {
    (*this)[slot].next = free_;
    free_ = slot;
    --used_;
  }

  [[nodiscard]] std::size_t used() const { return used_; }
  [[nodiscard]] std::size_t bytes() const {
    return chunks_.size() * sizeof(Chunk) + chunks_.capacity() * sizeof(chunks_[0]);
  }

  /// Forgets all records; keeps the memory of this many, at least of one.
  void clear(std::size_t kept) {
    free_ = 0;
    top_ = 1;
    used_ = 0;
    const std::size_t chunks = std::max<std::size_t>(1, (kept + kSize - 1) / kSize);
    if (chunks_.size() <= chunks) return;
    chunks_.resize(chunks);
    chunks_.shrink_to_fit();
  }

 private:
  static constexpr std::size_t kSize = std::size_t{1} << kChunkBits;

  struct alignas(64) Chunk {
    std::array<Record, kSize> records{};
    std::array<Annex, kSize> annexes{};
  };

  [[gnu::noinline]] void grow() { chunks_.push_back(std::make_unique<Chunk>()); }

  std::vector<std::unique_ptr<Chunk>> chunks_;
  Slot free_ = 0;
  Slot top_ = 1;
  std::size_t used_ = 0;
};

}  // namespace syrah::book
