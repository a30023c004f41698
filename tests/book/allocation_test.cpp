// Nothing is allocated while a book does not become larger than it was: counted by the program's
// own operator new.

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <vector>

#include "base/random.h"
#include "book/matching.h"
#include "seed.h"

namespace {
std::size_t allocations = 0;

void* count_and_allocate(std::size_t size, std::size_t alignment) {
  ++allocations;
  void* const memory =
      std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) std::abort();
  return memory;
}
}  // namespace

void* operator new(std::size_t size) { return count_and_allocate(size, 16); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return count_and_allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace syrah::book {
namespace {

struct Matcher {
  Book& book;
  std::int64_t wanted;

  [[nodiscard]] std::int64_t offered(Slot slot) const { return book.lots(slot); }
  [[nodiscard]] bool goes_on() const { return wanted > 0; }
  void meet(Slot slot, Meeting, std::int64_t offered) {
    const std::int64_t part = std::min(offered, wanted);
    wanted -= part;
    if (part == offered) {
      book.remove(slot);
    } else {
      book.set_lots(slot, offered - part);
    }
  }
};

/// A market of about 5,000 orders whose price walks.
class Flow {
 public:
  void step() {
    ++now_;
    if (now_ % 16 == 0) middle_ += random_.between(-3, 3);
    const Side side = random_.chance(500'000) ? Side::kBid : Side::kAsk;
    const std::uint64_t what = random_.below(100);
    if (what < 10) {
      take(side);
    } else if (what < 50 + (book_.size() < 5000 ? 20 : 0)) {
      add(side);
    } else {
      cancel();
    }
  }

 private:
  void add(Side side) {
    const std::int64_t away = 1 + static_cast<std::int64_t>(random_.below(1U << random_.below(10)));
    const std::int64_t price = side == Side::kBid ? middle_ - away : middle_ + away;
    if (book_.reaches(opposite(side), price)) return;
    const auto key = static_cast<Key>(now_);
    Key& oldest = keys_[key % keys_.size()];
    book_.remove_key(oldest);
    oldest = key;
    book_.add({key, side, price, random_.between(1, 9), 1, false}, Rank(now_, 0, key));
  }
  void take(Side side) {
    Matcher matcher{book_, random_.between(1, 30)};
    const auto key = static_cast<Key>(now_);
    const std::int64_t limit = side == Side::kBid ? middle_ + 100 : middle_ - 100;
    match(book_, {key, side, limit, Rank(now_, 0, key), 2, false, false}, matcher);
  }
  void cancel() { book_.remove_key(keys_[random_.below(keys_.size())]); }

  base::Random random_{tests::seed(51)};
  Book book_{1};
  std::vector<Key> keys_ = std::vector<Key>(20'000);
  std::int64_t now_ = 0;
  std::int64_t middle_ = 1'000'000;
};

TEST(Allocation, NoneInSteadyState) {
  Flow flow;
  for (int i = 0; i < 500'000; ++i) flow.step();
  const std::size_t before = allocations;
  for (int i = 0; i < 500'000; ++i) flow.step();
  EXPECT_EQ(allocations - before, 0U);
}

TEST(Allocation, NoneWhereABookIsEmptyNowAndThen) {
  Book book(1);
  const auto cycle = [&](std::int64_t i) {
    const auto key = static_cast<Key>(i);
    for (Key each = 1; each <= 200; ++each) {
      book.add({key * 1000 + each, Side::kAsk, static_cast<std::int64_t>(each) * 100, 1, 1, false},
               Rank(i, 0, each));
    }
    for (Key each = 1; each <= 200; ++each) book.remove_key(key * 1000 + each);
  };
  for (std::int64_t i = 1; i < 10; ++i) cycle(i);
  const std::size_t before = allocations;
  for (std::int64_t i = 10; i < 100; ++i) cycle(i);
  EXPECT_EQ(allocations - before, 0U);
}

}  // namespace
}  // namespace syrah::book
