#pragma once

// Builds the tree of a text from what the parser meets, and stops it at the first limit.

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/reader.h"
#include "json/value.h"

namespace syrah::json {

/// Each call tells of one thing met in the text, in order; `offset` is the byte where the parser
/// stands. False means stop: `failure()` then says why. The caller keeps the text alive.
///
/// The open arrays and objects are a list, not a recursion, so no text can exhaust the stack.
class TreeBuilder {
 public:
  TreeBuilder(std::string_view text, const Limits& limits);

  bool null(std::size_t offset);
  bool boolean(bool value, std::size_t offset);
  bool number(std::string_view as_written, std::size_t offset);
  bool string(std::string_view content, std::size_t offset);
  bool key(std::string_view name, std::size_t offset);
  bool begin(Value::Kind kind, std::size_t offset);
  bool end(std::size_t offset);

  [[nodiscard]] const std::optional<base::Error>& failure() const { return failure_; }
  /// The root, once the parser has met the end of it.
  [[nodiscard]] Value take() { return std::move(root_); }

 private:
  /// An array or object whose end has not been met yet.
  struct Open {
    Value value;
    std::size_t begin = 0;
    std::string name;             ///< of the member whose value comes next
    std::set<std::string> names;  ///< only of objects too large to compare all names with all
  };

  bool add_scalar(Value::Kind kind, std::string_view content, std::size_t offset);
  bool attach(Value value);
  bool count_node(std::size_t offset);
  [[nodiscard]] static bool is_repeated(Open& object, std::string_view name);
  bool fail(base::ErrorCode code, std::string_view problem, std::size_t offset);
  bool over(std::string_view what, std::size_t limit, std::size_t offset);

  std::string_view text_;
  const Limits limits_;
  std::size_t nodes_ = 0;
  std::vector<Open> open_;
  Value root_;
  std::optional<base::Error> failure_;
};

}  // namespace syrah::json
