#pragma once

#include <cstddef>
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

  /// `values` are at least as many as the longest text for `text` can have.
  struct Memory {
    std::unique_ptr<char[]> text;  ///< strings are unescaped in place
    std::unique_ptr<Value[]> values;
    std::size_t text_bytes = 0;
    std::size_t value_count = 0;
  };
  struct Spare;

  /// Only of a document that has no memory yet.
  void reserve(std::size_t text_bytes, std::size_t value_count);
  void give_back() noexcept;

  Memory memory_;
};

}  // namespace syrah::json
