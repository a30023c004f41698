#pragma once

// Prices of one side of a book in order, or pages of them, any 64-bit values. A price enters by its
// worth, which is higher the better it is for whoever takes it.
//
// Worths that share all but the last 6 bits are one word of 64 bits; words lie sorted in leaves of
// at most 16, best last; a map has the leaves. Costs: within the best 1,000 values a few steps in
// one leaf; at worst O(log leaves + 16). A value of its own costs 16 to 72 bytes, one among others
// 2 bits and more.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace syrah::book {

/// 64 neighbouring worths.
struct PriceWord {
  std::int64_t first = 0;  ///< worth without its last 6 bits, shifted down
  std::uint64_t bits = 0;  ///< never 0
};

struct PriceLeaf {
  static constexpr std::size_t kWords = 16;

  std::array<PriceWord, kWords> words;  ///< sorted
  std::size_t size = 0;                 ///< not 0, unless it is the first leaf
};

class PriceSet {
 public:
  PriceSet();

  void insert(std::int64_t worth);  ///< which is not there
  void erase(std::int64_t worth);   ///< which is there

  [[nodiscard]] bool empty() const { return leaves_.size() == 1 && last_->second.size == 0; }
  /// The highest worth; there must be one.
  [[nodiscard]] std::int64_t best() const;
  /// The highest below this one, which may be there or not.
  [[nodiscard]] std::optional<std::int64_t> below(std::int64_t worth) const;
  [[nodiscard]] std::size_t bytes() const;

 private:
  using Word = PriceWord;
  using Leaf = PriceLeaf;
  static constexpr std::size_t kWords = Leaf::kWords;
  /// By the least `first` that belongs there; the first leaf takes all below the second.
  using Leaves = std::map<std::int64_t, Leaf>;

  [[nodiscard]] Leaves::iterator leaf_of(std::int64_t first);
  /// Behind the last word of the leaf that is not above `first`.
  static std::size_t behind(const Leaf& leaf, std::int64_t first);
  void add_word(Leaves::iterator leaf, std::size_t at, Word word);
  void split(Leaves::iterator leaf);
  void remove_word(Leaves::iterator leaf, std::size_t at);
  /// Into the leaf before it, if it fits there with room to spare.
  void merge(Leaves::iterator leaf);
  void drop(Leaves::iterator leaf);

  Leaves leaves_;
  Leaves::iterator last_;
  /// Leaves dropped before, so that a moving price allocates nothing.
  std::vector<Leaves::node_type> spares_;
};

}  // namespace syrah::book
