#include "book/slot_index.h"

#include <gtest/gtest.h>

#include <map>

#include "seed.h"

namespace syrah::book {
namespace {

/// An index with the records whose keys it finds.
template <unsigned kLocalBits>
class Table {
 public:
  void insert(std::uint64_t key) {
    keys_.push_back(key);
    const auto slot = static_cast<Slot>(keys_.size() - 1);
    index_.insert(index_.seek(key), slot, [this](Slot other) { return keys_[other]; });
  }
  [[nodiscard]] bool contains(std::uint64_t key) const { return place(key).slot != 0; }
  void erase(std::uint64_t key) { index_.erase(place(key)); }
  [[nodiscard]] std::size_t bytes() const { return index_.bytes(); }

 private:
  [[nodiscard]] typename SlotIndex<kLocalBits>::Place place(std::uint64_t key) const {
    return index_.find(key, [&](Slot slot) { return keys_[slot] == key; });
  }

  SlotIndex<kLocalBits> index_{7};
  std::vector<std::uint64_t> keys_ = {0};
};

template <unsigned kLocalBits>
void expect_what_a_map_is(std::uint64_t spread) {
  base::Random random(tests::seed(32));
  Table<kLocalBits> table;
  std::map<std::uint64_t, bool> naive;
  for (int step = 0; step < 100'000; ++step) {
    const std::uint64_t key = random.below(3000) * spread;
    ASSERT_EQ(table.contains(key), naive[key]) << "at step " << step;
    if (naive[key]) {
      table.erase(key);
    } else {
      table.insert(key);
    }
    naive[key] = !naive[key];
  }
}

TEST(SlotIndex, IsWhatAMapIs) {
  expect_what_a_map_is<0>(1);
  expect_what_a_map_is<0>(std::uint64_t{1} << 40U);
}

TEST(SlotIndex, FindsKeysThatShareABucketOrCrowdIt) {
  expect_what_a_map_is<4>(1);
  expect_what_a_map_is<4>(16);
  // All in one bucket, far more than it has room for.
  expect_what_a_map_is<12>(1);
}

TEST(SlotIndex, DoesNotGrowWithUse) {
  Table<0> table;
  base::Random random(tests::seed(33));
  std::vector<std::uint64_t> keys;
  for (int i = 0; i < 1000; ++i) {
    keys.push_back(random.next());
    table.insert(keys.back());
  }
  const std::size_t before = table.bytes();
  EXPECT_LE(before, 1000 * 15);
  for (int i = 0; i < 100'000; ++i) {
    std::uint64_t& key = keys[random.below(keys.size())];
    table.erase(key);
    key = random.next();
    table.insert(key);
  }
  EXPECT_EQ(table.bytes(), before);
}

}  // namespace
}  // namespace syrah::book
