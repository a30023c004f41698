#pragma once

// Finds a record by its 64-bit key: an open-addressing table of 4-byte slots. The keys themselves
// stay in the records.
//
// A bucket is a cache line: 12 slots, 8 bits of the hash of each one's key, and the number of keys
// that belong here but were put further along because it was full. The 8 bits of all are compared
// at once, so next to no record is looked at in vain and no branch is guessed wrong. A removal
// empties its entry and counts back: no tombstones, nothing that decays with use. At most 9 of 12
// entries are in use on average, so a key costs 7.1 to 14.2 bytes.
//
// 2^kLocalBits keys that follow each other share a bucket; which one is a hash with a secret seed
// (multiplication and folding to 64 bits, as in Wang Yi's wyhash), so nobody can choose keys that
// collide. Costs: O(1) expected; a table that doubles is O(keys), amortized O(1).

#include <array>
#include <bit>
#include <cstddef>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/int128.h"
#include "base/random.h"
#include "book/limits.h"
#include "book/words.h"

namespace syrah::book {

template <unsigned kLocalBits>
class SlotIndex {
 public:
  explicit SlotIndex(std::uint64_t seed) {
    base::Random random(seed);
    mask_of_key_ = random.next();
    factor_ = random.next() | 1U;
  }

  /// Where the table has a key; `slot` is 0 if it has not.
  struct Place {
    std::size_t first = 0;   ///< bucket where the key belongs
    std::size_t bucket = 0;  ///< and where it is
    unsigned entry = 0;
    Slot slot = 0;
  };
  /// Where a key is to be inserted.
  class Spot {
   public:
    explicit Spot(std::uint64_t hash) : hash_(hash) {}

   private:
    friend SlotIndex;
    std::uint64_t hash_;
  };

  /// `same(Slot)` says whether a record has this key.
  template <class Same>
  [[nodiscard]] Place find(std::uint64_t key, Same&& same) const {
    const std::uint64_t hash = hash_of(key);
    const std::uint8_t tag = tag_of(hash);
    const std::size_t first = hash & mask_;
    for (std::size_t at = first;; at = (at + 1) & mask_) {
      const Bucket& bucket = table_[at];
      for (std::uint32_t hits = matches(bucket, tag); hits != 0; hits &= hits - 1) {
        const auto entry = static_cast<unsigned>(std::countr_zero(hits));
        const Slot slot = bucket.slots[entry];
        if (same(slot)) return {first, at, entry, slot};
      }
      if (bucket.beyond == 0) return {};
    }
  }

  /// The first half of inserting a key: begins to fetch what the second will look at.
  [[nodiscard]] Spot seek(std::uint64_t key) const {
    const std::uint64_t hash = hash_of(key);
    __builtin_prefetch(&table_[hash & mask_], 1);
    return Spot(hash);
  }
  /// The key must not be there. `key_of(Slot)` gives the keys of records, for a table that grows.
  template <class KeyOf>
  void insert(Spot spot, Slot slot, KeyOf&& key_of) {
    if (room_ == 0) [[unlikely]]
      grow(key_of);
    --room_;
    put(spot.hash_, slot);
  }

  void erase(const Place& place) {
    for (std::size_t at = place.first; at != place.bucket; at = (at + 1) & mask_) {
      --table_[at].beyond;
    }
    table_[place.bucket].tags[place.entry] = 0;
    ++room_;
  }

  /// Forgets all keys, which were erased before; keeps little memory.
  void clear() {
    if (table_.size() * kFill <= 2 * kKeptWhenEmpty) return;
    table_ = Table(kSmallest);
    mask_ = kSmallest - 1;
    room_ = kSmallest * kFill;
  }

  [[nodiscard]] std::size_t bytes() const { return table_.size() * sizeof(Bucket); }

 private:
  static constexpr std::size_t kEntries = 12;
  static constexpr std::size_t kFill = 9;  ///< entries in use for each bucket, at most
  static constexpr std::size_t kSmallest = 4;

  static constexpr std::uint32_t kAllEntries = (1U << kEntries) - 1;

  struct alignas(64) Bucket {
    std::array<std::uint8_t, kEntries> tags{};  ///< 0: empty
    std::uint32_t beyond = 0;
    std::array<Slot, kEntries> slots{};
  };
  static_assert(sizeof(Bucket) == 64);
  using Table = std::vector<Bucket>;

  [[nodiscard]] std::uint64_t hash_of(std::uint64_t key) const {
    const base::Uint128 product =
        static_cast<base::Uint128>((key >> kLocalBits) ^ mask_of_key_) * factor_;
    const std::uint64_t hash =
        static_cast<std::uint64_t>(product >> 64U) ^ static_cast<std::uint64_t>(product);
    // The tag tells apart what shares a bucket.
    if constexpr (kLocalBits > 0) return hash ^ key << (64 - kLocalBits);
    return hash;
  }
  static std::uint8_t tag_of(std::uint64_t hash) {
    return static_cast<std::uint8_t>(hash >> 56U) | 1U;
  }

#if defined(__SSE2__)
  /// A bit for each entry that has this tag.
  static std::uint32_t matches(const Bucket& bucket, std::uint8_t tag) {
    const __m128i tags = _mm_load_si128(reinterpret_cast<const __m128i*>(&bucket));
    const __m128i same = _mm_cmpeq_epi8(tags, _mm_set1_epi8(static_cast<char>(tag)));
    return static_cast<std::uint32_t>(_mm_movemask_epi8(same)) & kAllEntries;
  }
#else
  static std::uint32_t matches(const Bucket& bucket, std::uint8_t tag) {
    std::uint32_t hits = 0;
    for (unsigned entry = 0; entry < kEntries; ++entry) {
      hits |= static_cast<std::uint32_t>(bucket.tags[entry] == tag) << entry;
    }
    return hits;
  }
#endif

  void put(std::uint64_t hash, Slot slot) {
    std::size_t at = hash & mask_;
    std::uint32_t empty = matches(table_[at], 0);
    while (empty == 0) {
      ++table_[at].beyond;
      at = (at + 1) & mask_;
      empty = matches(table_[at], 0);
    }
    const auto entry = static_cast<unsigned>(std::countr_zero(empty));
    table_[at].tags[entry] = tag_of(hash);
    table_[at].slots[entry] = slot;
  }

  template <class KeyOf>
  [[gnu::noinline]] void grow(KeyOf&& key_of) {
    Table old(table_.size() * 2);
    room_ = table_.size() * kFill;  // as much as there was
    old.swap(table_);
    mask_ = table_.size() - 1;
    for (const Bucket& bucket : old) {
      for (std::size_t i = 0; i < kEntries; ++i) {
        if (bucket.tags[i] != 0) put(hash_of(key_of(bucket.slots[i])), bucket.slots[i]);
      }
    }
  }

  Table table_ = Table(kSmallest);
  std::size_t mask_ = kSmallest - 1;
  std::size_t room_ = kSmallest * kFill;  ///< keys that come in before it grows
  std::uint64_t mask_of_key_ = 0;
  std::uint64_t factor_ = 0;
};

}  // namespace syrah::book
