#include "json/document.h"

#include <algorithm>
#include <array>
#include <utility>

namespace syrah::json {
namespace {

/// Texts are read within texts: a batch, its entries, what they cause. More than that are rare.
constexpr std::size_t kSpareMax = 4;
/// What the largest frame with the usual limits takes; larger ones are rare (limits.h of p2p).
constexpr std::size_t kSpareBytesMax = 4 * 1024 * 1024;
/// Texts grow by little from one to the next.
constexpr std::size_t kTextBytesMin = 1024;
constexpr std::size_t kValuesMin = 256;

}  // namespace

/// The last one given back is the first to be taken: nested texts get the same memory again.
struct Document::Spare {
  std::array<Memory, kSpareMax> memory;
  std::size_t count = 0;

  static Spare& of_thread() {
    thread_local Spare spare;
    return spare;
  }
};

void Document::reserve(std::size_t text_bytes, std::size_t value_count) {
  Spare& spare = Spare::of_thread();
  if (spare.count > 0) memory_ = std::move(spare.memory[--spare.count]);
  if (memory_.text_bytes < text_bytes) {
    memory_.text_bytes = std::max(text_bytes, kTextBytesMin);
    memory_.text = std::make_unique_for_overwrite<char[]>(memory_.text_bytes);
  }
  if (memory_.value_count < value_count) {
    memory_.value_count = std::max(value_count, kValuesMin);
    memory_.values = std::make_unique<Value[]>(memory_.value_count);
  }
}

Document::Document(Document&& other) noexcept
    : Value(other), memory_(std::exchange(other.memory_, {})) {
  other.Value::operator=(Value());
}

Document& Document::operator=(Document&& other) noexcept {
  if (this == &other) return *this;
  give_back();
  Value::operator=(other);
  other.Value::operator=(Value());
  memory_ = std::exchange(other.memory_, {});
  return *this;
}

Document::~Document() { give_back(); }

void Document::give_back() noexcept {
  const std::size_t bytes = memory_.text_bytes + memory_.value_count * sizeof(Value);
  if (bytes == 0) return;
  Spare& spare = Spare::of_thread();
  if (spare.count < kSpareMax && bytes <= kSpareBytesMax) {
    spare.memory[spare.count++] = std::move(memory_);
  }
  memory_ = {};
}

}  // namespace syrah::json
