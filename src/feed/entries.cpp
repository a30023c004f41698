#include "feed/entries.h"

#include <algorithm>
#include <utility>

namespace syrah::feed {

Entries::Entries(std::span<const Entry> list) {
  Joiner joiner;
  for (const Entry& entry : list) joiner.add(entry.seq, entry.time, entry.text);
  *this = joiner.finish();
}

std::vector<Entry> Entries::list() const {
  std::vector<Entry> list;
  list.reserve(size());
  for (const EntryView& entry : *this) {
    list.push_back({entry.seq, entry.time, std::string(entry.text)});
  }
  return list;
}

bool Entries::operator==(const Entries& other) const {
  return contents_ == other.contents_ || std::equal(begin(), end(), other.begin(), other.end());
}

Entries::Joiner::Joiner(std::size_t bytes, std::size_t count)
    : contents_(std::make_shared<Contents>()) {
  contents_->text.reserve(bytes + count + 1);
  contents_->list.reserve(count);
}

void Entries::Joiner::add(base::Seq seq, base::Hlc time, std::string_view text) {
  contents_->text += contents_->list.empty() ? '[' : ',';
  contents_->text += text;
  // Of the text the length only: where it lies is known when the last one has come.
  contents_->list.push_back({seq, time, {text.data(), text.size()}});
}

Entries Entries::Joiner::finish() {
  Entries made;
  if (contents_->list.empty()) return made;
  contents_->text += ']';
  std::size_t at = 1;
  for (EntryView& entry : contents_->list) {
    entry.text = std::string_view(contents_->text).substr(at, entry.text.size());
    at += entry.text.size() + 1;
  }
  made.contents_ = std::move(contents_);
  return made;
}

}  // namespace syrah::feed
