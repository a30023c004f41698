#include "json/document.h"

#include <algorithm>
#include <array>
#include <utility>

#include "json/special_marks.h"

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
class Document::Spare {
 public:
  static Spare& of_thread() {
    thread_local Spare spare;
    return spare;
  }

  std::unique_ptr<Memory> take() {
    return count_ == 0 ? std::make_unique<Memory>() : std::move(memory_[--count_]);
  }
  void put(std::unique_ptr<Memory> memory) {
    const std::size_t bytes = memory->text_bytes + memory->value_count * sizeof(Value);
    if (count_ < kSpareMax && bytes <= kSpareBytesMax) memory_[count_++] = std::move(memory);
  }

 private:
  std::array<std::unique_ptr<Memory>, kSpareMax> memory_;
  std::size_t count_ = 0;
};

Document::Memory& Document::reserve(std::size_t text_bytes, std::size_t value_count) {
  memory_ = Spare::of_thread().take();
  if (memory_->text_bytes < text_bytes || memory_->text == nullptr) {
    const std::size_t room = std::max(text_bytes, kTextBytesMin);
    memory_->text_bytes = 0;  // until all of it is there
    memory_->text = std::make_unique_for_overwrite<char[]>(copy_bytes(room));
    memory_->marks = std::make_unique_for_overwrite<std::uint8_t[]>(mark_bytes(room));
    memory_->text_bytes = room;
  }
  if (memory_->value_count < value_count) {
    const std::size_t room = std::max(value_count, kValuesMin);
    memory_->values = std::make_unique<Value[]>(room);
    memory_->value_count = room;
  }
  return *memory_;
}

Document::Document(Document&& other) noexcept : Value(other), memory_(std::move(other.memory_)) {
  other.Value::operator=(Value());
}

Document& Document::operator=(Document&& other) noexcept {
  if (this == &other) return *this;
  give_back();
  Value::operator=(other);
  other.Value::operator=(Value());
  memory_ = std::move(other.memory_);
  return *this;
}

Document::~Document() { give_back(); }

void Document::give_back() noexcept {
  if (memory_ != nullptr) Spare::of_thread().put(std::move(memory_));
}

}  // namespace syrah::json
