#include "grenache/bencode.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "grenache/limits.h"

namespace syrah::grenache {

/// Takes one value from the front of the text; `depth` of the value itself is 1 at the top.
class BencodeReader {
 public:
  explicit BencodeReader(std::string_view text) : text_(text) {}

  bool read(BencodeValue& value, int depth) {
    if (depth > kBencodeDepthMax) return wrong("nested too deep");
    if (at_end()) return wrong("ends within a value");
    switch (text_[at_]) {
      case 'i':
        value.kind_ = BencodeValue::Kind::kInteger;
        ++at_;
        return read_integer(value.integer_);
      case 'l':
        value.kind_ = BencodeValue::Kind::kList;
        ++at_;
        return read_items(value, depth);
      case 'd':
        value.kind_ = BencodeValue::Kind::kDict;
        ++at_;
        return read_members(value, depth);
      default:
        value.kind_ = BencodeValue::Kind::kBytes;
        return read_bytes(value.bytes_);
    }
  }

  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  bool wrong(const char* what) {
    what_ = what;
    return false;
  }
  [[nodiscard]] base::Error error() const {
    return base::invalid(fmt::format("bencode: {} at byte {}", what_, at_));
  }

 private:
  /// Digits up to the end mark, without leading zeros, with a minus where that is allowed.
  template <class Number>
  bool read_number(char end_mark, Number& number) {
    const std::size_t end = text_.find(end_mark, at_);
    if (end == std::string_view::npos) return wrong("a number without an end");
    const std::string_view text = text_.substr(at_, end - at_);
    const std::string_view digits = text.substr(text.substr(0, 1) == "-" ? 1 : 0);
    const bool leading_zero = !digits.empty() && digits.front() == '0' && text != "0";
    const char* const stop = text.data() + text.size();
    const auto [read, error] = std::from_chars(text.data(), stop, number);
    if (error != std::errc{} || read != stop || leading_zero) return wrong("a bad number");
    at_ = end + 1;
    return true;
  }

  bool read_integer(std::int64_t& integer) { return read_number('e', integer); }

  bool read_bytes(std::string& bytes) {
    std::size_t size = 0;
    if (!read_number(':', size)) return false;
    if (size > text_.size() - at_) return wrong("ends within a text");
    bytes = text_.substr(at_, size);
    at_ += size;
    return true;
  }

  bool take_end() {
    if (at_end() || text_[at_] != 'e') return false;
    ++at_;
    return true;
  }

  bool read_items(BencodeValue& value, int depth) {
    while (!take_end()) {
      if (!read(value.items_.emplace_back(), depth + 1)) return false;
    }
    return true;
  }

  bool read_members(BencodeValue& value, int depth) {
    while (!take_end()) {
      BencodeValue::Member member;
      if (!read_bytes(member.first)) return false;
      if (!value.members_.empty() && value.members_.back().first >= member.first) {
        return wrong("keys out of order");
      }
      if (!read(member.second, depth + 1)) return false;
      value.members_.push_back(std::move(member));
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  const char* what_ = "";
};

base::Result<BencodeValue> BencodeValue::parse(std::string_view text) {
  if (text.size() > kBencodeBytesMax) {
    return base::invalid(
        fmt::format("bencode: {} bytes; {} are allowed", text.size(), kBencodeBytesMax));
  }
  BencodeReader reader(text);
  BencodeValue value;
  if (!reader.read(value, 1)) return reader.error();
  if (!reader.at_end()) {
    reader.wrong("something after the value");
    return reader.error();
  }
  return value;
}

std::optional<std::int64_t> BencodeValue::integer() const {
  if (kind_ != Kind::kInteger) return std::nullopt;
  return integer_;
}

std::optional<std::string_view> BencodeValue::bytes() const {
  if (kind_ != Kind::kBytes) return std::nullopt;
  return bytes_;
}

const BencodeValue* BencodeValue::find(std::string_view name) const {
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [&](const Member& member) { return member.first == name; });
  return found == members_.end() ? nullptr : &found->second;
}

std::optional<std::string_view> BencodeValue::bytes(std::string_view name) const {
  const BencodeValue* const value = find(name);
  return value ? value->bytes() : std::nullopt;
}

BencodeWriter::~BencodeWriter() { SYRAH_CHECK(open_.empty(), "bencode: a list or dict is open"); }

void BencodeWriter::before_value() {
  if (open_.empty() || !open_.back().is_dict) return;
  SYRAH_CHECK(open_.back().awaits_value, "bencode: a value without a key");
  open_.back().awaits_value = false;
}

BencodeWriter& BencodeWriter::begin_dict() {
  before_value();
  open_.push_back({true, false, std::nullopt});
  out_ += 'd';
  return *this;
}

BencodeWriter& BencodeWriter::begin_list() {
  before_value();
  open_.emplace_back();
  out_ += 'l';
  return *this;
}

BencodeWriter& BencodeWriter::end() {
  SYRAH_CHECK(!open_.empty() && !open_.back().awaits_value, "bencode: nothing to end");
  open_.pop_back();
  out_ += 'e';
  return *this;
}

BencodeWriter& BencodeWriter::key(std::string_view name) {
  SYRAH_CHECK(!open_.empty() && open_.back().is_dict && !open_.back().awaits_value,
              "bencode: a key in the wrong place");
  Level& level = open_.back();
  SYRAH_CHECK(!level.last_key || *level.last_key < name, "bencode: keys out of order");
  level.last_key = name;
  out_ += fmt::format("{}:{}", name.size(), name);
  level.awaits_value = true;
  return *this;
}

BencodeWriter& BencodeWriter::integer(std::int64_t value) {
  before_value();
  out_ += fmt::format("i{}e", value);
  return *this;
}

BencodeWriter& BencodeWriter::bytes(std::string_view value) {
  before_value();
  out_ += fmt::format("{}:", value.size());
  out_ += value;
  return *this;
}

BencodeWriter& BencodeWriter::integer(std::string_view name, std::int64_t value) {
  return key(name).integer(value);
}

BencodeWriter& BencodeWriter::bytes(std::string_view name, std::string_view value) {
  return key(name).bytes(value);
}

}  // namespace syrah::grenache
