#include "store/entries_text.h"

#include <charconv>
#include <optional>
#include <utility>

namespace syrah::store {
namespace {

/// Length of the JSON object at the beginning of `text`; 0 if there is no whole one.
std::size_t object_length(std::string_view text) {
  if (text.empty() || text.front() != '{') return 0;
  int depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    switch (text[at]) {
      case '{':
        ++depth;
        break;
      case '}':
        if (--depth == 0) return at + 1;
        break;
      case '"':
        ++at;
        while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
        break;
      default:
        break;
    }
  }
  return 0;
}

/// Takes fixed text and numbers off the front of a text.
class Front {
 public:
  explicit Front(std::string_view text) : text_(text) {}

  bool skip(std::string_view expected) {
    if (!text_.starts_with(expected)) return false;
    text_.remove_prefix(expected.size());
    return true;
  }
  template <class Number>
  bool number(Number& out) {
    const auto [end, failure] = std::from_chars(text_.data(), text_.data() + text_.size(), out);
    if (failure != std::errc()) return false;
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return true;
  }

 private:
  std::string_view text_;
};

/// An entry as this program writes it, without reading the whole JSON: a start reads a million of
/// them.
std::optional<feed::EntryView> read_usual(std::string_view text) {
  feed::EntryView entry;
  Front front(text);
  const bool usual = front.skip("{\"seq\":") && front.number(entry.seq) &&
                     front.skip(",\"time\":[") && front.number(entry.time.ms) && front.skip(",") &&
                     front.number(entry.time.counter) && front.skip("]");
  if (!usual) return std::nullopt;
  entry.text = text;
  return entry;
}

base::Error damaged(const char* what) { return {base::ErrorCode::kDamaged, what}; }

}  // namespace

base::Result<feed::Entries> split_entries(std::string_view text) {
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') {
    return damaged("the entries are not an array");
  }
  text = text.substr(1, text.size() - 2);
  feed::Entries::Joiner entries(text.size());
  while (!text.empty()) {
    const std::size_t length = object_length(text);
    if (length == 0) return damaged("an entry is not an object");
    const std::string_view object = text.substr(0, length);
    if (const std::optional<feed::EntryView> usual = read_usual(object)) {
      entries.add(usual->seq, usual->time, object);
    } else {
      const base::Result<feed::Entry> entry = feed::read_entry(object);
      if (!entry.ok()) return damaged(entry.error().message.c_str());
      entries.add(entry->seq, entry->time, object);
    }
    text.remove_prefix(length);
    if (text.empty()) break;
    if (text.front() != ',' || text.size() == 1) return damaged("entries are not separated");
    text.remove_prefix(1);
  }
  return entries.finish();
}

}  // namespace syrah::store
