#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "json/value.h"

namespace syrah::json {

/// A text that was read: the value that it is, and the memory that it lies in. The memory comes
/// from a few buffers that each thread keeps, and goes back there: reading one text after the other
/// allocates nothing once the buffers are large enough.
class Document : public Value {
 public:
  Document() = default;
  Document(Document&& other) noexcept;
  Document& operator=(Document&& other) noexcept;
  ~Document();

 private:
  friend class DocumentBuilder;

  struct Memory {
    std::size_t text_bytes = 0;             ///< of the longest text that fits
    std::unique_ptr<char[]> text;           ///< its copy; strings are unescaped in place
    std::unique_ptr<std::uint8_t[]> marks;  ///< of the text (special_marks.h)
    std::size_t value_count = 0;
    std::unique_ptr<Value[]> values;
  };
  class Spare;

  /// Takes memory with room for so much. Only of a document that has none yet.
  Memory& reserve(std::size_t text_bytes, std::size_t value_count);
  void give_back() noexcept;

  std::unique_ptr<Memory> memory_;
};

}  // namespace syrah::json
