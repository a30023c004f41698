#pragma once

// Bencoding (BEP 3), in which the DHT's datagrams are written. Strict: there is one way to write a
// value, and the reader takes no other, so what it took is written again byte for byte.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace syrah::grenache {

/// A value that was read. Immutable; made only by parse(), so its size and depth are bounded.
class BencodeValue {
 public:
  enum class Kind : std::uint8_t { kInteger, kBytes, kList, kDict };
  using Member = std::pair<std::string, BencodeValue>;

  /// Reads exactly one value of at most kBencodeBytesMax bytes, nested kBencodeDepthMax deep.
  /// Integers have 64 bits; keys are in ascending order, each once.
  static base::Result<BencodeValue> parse(std::string_view text);

  [[nodiscard]] Kind kind() const { return kind_; }
  /// The value as the asked type, or nothing when it is of another.
  [[nodiscard]] std::optional<std::int64_t> integer() const;
  [[nodiscard]] std::optional<std::string_view> bytes() const;
  /// List elements and dictionary members; empty for other kinds.
  [[nodiscard]] const std::vector<BencodeValue>& items() const { return items_; }
  [[nodiscard]] const std::vector<Member>& members() const { return members_; }
  /// The member of that name, or null.
  [[nodiscard]] const BencodeValue* find(std::string_view name) const;
  /// Shorthand for find() followed by bytes().
  [[nodiscard]] std::optional<std::string_view> bytes(std::string_view name) const;

 private:
  friend class BencodeReader;

  Kind kind_ = Kind::kInteger;
  std::int64_t integer_ = 0;
  std::string bytes_;
  std::vector<BencodeValue> items_;
  std::vector<Member> members_;
};

/// Appends bencoding to a string. Keys out of order and unbalanced calls are programmer errors.
class BencodeWriter {
 public:
  explicit BencodeWriter(std::string& out) : out_(out) {}
  ~BencodeWriter();
  BencodeWriter(const BencodeWriter&) = delete;
  BencodeWriter& operator=(const BencodeWriter&) = delete;

  BencodeWriter& begin_dict();
  BencodeWriter& begin_list();
  BencodeWriter& end();
  BencodeWriter& key(std::string_view name);
  BencodeWriter& integer(std::int64_t value);
  BencodeWriter& bytes(std::string_view value);

  /// key followed by the value.
  BencodeWriter& integer(std::string_view name, std::int64_t value);
  BencodeWriter& bytes(std::string_view name, std::string_view value);

 private:
  struct Level {
    bool is_dict = false;
    bool awaits_value = false;  ///< a key was written
    std::optional<std::string> last_key;
  };

  void before_value();

  std::string& out_;
  std::vector<Level> open_;
};

}  // namespace syrah::grenache
