#include "book/price_set.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <limits>
#include <utility>

#include "base/check.h"

namespace syrah::book {
namespace {

constexpr unsigned kWordBits = 6;
/// Spare leaves that are kept, beside a quarter of those in use: 9 kB.
constexpr std::size_t kSparesMin = 32;

std::int64_t first_of(std::int64_t worth) { return worth >> kWordBits; }
unsigned bit_of(std::int64_t worth) { return static_cast<unsigned>(worth & 63); }

std::int64_t highest(std::int64_t first, std::uint64_t bits) {
  return first * 64 + (63 - std::countl_zero(bits));
}

}  // namespace

PriceSet::PriceSet() : last_(leaves_.try_emplace(std::numeric_limits<std::int64_t>::min()).first) {}

PriceSet::Leaves::iterator PriceSet::leaf_of(std::int64_t first) {
  return first >= last_->first ? last_ : std::prev(leaves_.upper_bound(first));
}

std::size_t PriceSet::behind(const Leaf& leaf, std::int64_t first) {
  std::size_t at = leaf.size;
  while (at > 0 && leaf.words[at - 1].first > first) --at;
  return at;
}

void PriceSet::insert(std::int64_t worth) {
  const std::int64_t first = first_of(worth);
  const std::uint64_t bit = std::uint64_t{1} << bit_of(worth);
  const auto leaf = leaf_of(first);
  const std::size_t at = behind(leaf->second, first);
  if (at > 0 && leaf->second.words[at - 1].first == first) {
    leaf->second.words[at - 1].bits |= bit;
  } else {
    add_word(leaf, at, {first, bit});
  }
}

void PriceSet::add_word(Leaves::iterator leaf, std::size_t at, Word word) {
  if (leaf->second.size == kWords) {
    split(leaf);
    leaf = leaf_of(word.first);
    at = behind(leaf->second, word.first);
  }
  auto& [words, size] = leaf->second;
  std::copy_backward(words.begin() + at, words.begin() + size, words.begin() + size + 1);
  words[at] = word;
  ++size;
}

void PriceSet::split(Leaves::iterator leaf) {
  constexpr std::size_t kHalf = kWords / 2;
  const std::int64_t first = leaf->second.words[kHalf].first;
  Leaves::iterator upper;
  if (spares_.empty()) {
    upper = leaves_.try_emplace(std::next(leaf), first);
  } else {
    spares_.back().key() = first;
    upper = leaves_.insert(std::next(leaf), std::move(spares_.back()));
    spares_.pop_back();
  }
  std::copy(leaf->second.words.begin() + kHalf, leaf->second.words.end(),
            upper->second.words.begin());
  leaf->second.size = kHalf;
  upper->second.size = kWords - kHalf;
  last_ = std::prev(leaves_.end());
}

void PriceSet::erase(std::int64_t worth) {
  const std::int64_t first = first_of(worth);
  const auto leaf = leaf_of(first);
  const std::size_t at = behind(leaf->second, first) - 1;
  Word& word = leaf->second.words[at];
  word.bits &= ~(std::uint64_t{1} << bit_of(worth));
  if (word.bits == 0) remove_word(leaf, at);
}

void PriceSet::remove_word(Leaves::iterator leaf, std::size_t at) {
  auto& [words, size] = leaf->second;
  std::copy(words.begin() + at + 1, words.begin() + size, words.begin() + at);
  --size;
  if (size <= kWords / 4 && leaf != leaves_.begin()) merge(leaf);
}

void PriceSet::merge(Leaves::iterator leaf) {
  Leaf& before = std::prev(leaf)->second;
  const Leaf& gone = leaf->second;
  if (before.size + gone.size > kWords * 3 / 4) {
    if (gone.size == 0) drop(leaf);
    return;
  }
  std::copy(gone.words.begin(), gone.words.begin() + gone.size, before.words.begin() + before.size);
  before.size += gone.size;
  drop(leaf);
}

void PriceSet::drop(Leaves::iterator leaf) {
  spares_.push_back(leaves_.extract(leaf));
  while (spares_.size() > kSparesMin + leaves_.size() / 4) spares_.pop_back();
  last_ = std::prev(leaves_.end());
}

std::int64_t PriceSet::best() const {
  const Leaf& leaf = last_->second;
  const Word& word = leaf.words[leaf.size - 1];
  return highest(word.first, word.bits);
}

std::optional<std::int64_t> PriceSet::below(std::int64_t worth) const {
  const std::int64_t first = first_of(worth);
  auto leaf =
      first >= last_->first ? Leaves::const_iterator(last_) : std::prev(leaves_.upper_bound(first));
  std::size_t at = behind(leaf->second, first);
  if (at > 0 && leaf->second.words[at - 1].first == first) {
    const Word& word = leaf->second.words[at - 1];
    const std::uint64_t lower = word.bits & ((std::uint64_t{1} << bit_of(worth)) - 1);
    if (lower != 0) return highest(first, lower);
    --at;
  }
  if (at == 0) {
    if (leaf == leaves_.begin()) return std::nullopt;
    --leaf;
    at = leaf->second.size;
    if (at == 0) return std::nullopt;
  }
  const Word& word = leaf->second.words[at - 1];
  return highest(word.first, word.bits);
}

std::size_t PriceSet::bytes() const {
  constexpr std::size_t kMapNode = sizeof(Leaves::value_type) + 4 * sizeof(void*);
  return leaves_.size() * kMapNode + spares_.size() * kMapNode +
         spares_.capacity() * sizeof(spares_[0]);
}

}  // namespace syrah::book
