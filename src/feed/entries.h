#pragma once

// The entries of a batch, written once: their joined text is what the journal stores and what peers
// are sent, and all copies of a batch share it.

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"

namespace syrah::feed {

/// One fact of a home. `text` is a JSON object that starts with "seq" and "time"; the feed looks at
/// nothing else in it.
struct Entry {
  base::Seq seq = 0;
  base::Hlc time;
  std::string text;

  bool operator==(const Entry&) const = default;
};

/// The same within Entries, which keep the text.
struct EntryView {
  base::Seq seq = 0;
  base::Hlc time;
  std::string_view text;

  bool operator==(const EntryView&) const = default;
};

/// Immutable; copies are cheap.
class Entries {
 public:
  class Joiner;

  /// None.
  Entries() = default;
  // NOLINTBEGIN: a list of entries is what this is
  Entries(const std::vector<Entry>& list) : Entries(std::span(list)) {}
  Entries(std::initializer_list<Entry> list) : Entries(std::span(list)) {}
  // NOLINTEND

  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] std::size_t size() const { return contents_ ? contents_->list.size() : 0; }
  [[nodiscard]] const EntryView* begin() const {
    return contents_ ? contents_->list.data() : nullptr;
  }
  [[nodiscard]] const EntryView* end() const { return begin() + size(); }
  [[nodiscard]] const EntryView& operator[](std::size_t index) const { return begin()[index]; }
  [[nodiscard]] const EntryView& front() const { return *begin(); }
  [[nodiscard]] const EntryView& back() const { return *(end() - 1); }

  /// The JSON array of all texts, with nothing but commas between them.
  [[nodiscard]] std::string_view text() const {
    return contents_ ? std::string_view(contents_->text) : "[]";
  }
  /// Of the entries' texts together.
  [[nodiscard]] std::size_t bytes() const { return empty() ? 0 : text().size() - size() - 1; }
  /// Copies that can be changed.
  [[nodiscard]] std::vector<Entry> list() const;

  bool operator==(const Entries& other) const;

 private:
  explicit Entries(std::span<const Entry> list);

  struct Contents {
    std::string text;
    std::vector<EntryView> list;
  };

  std::shared_ptr<const Contents> contents_;
};

/// Makes Entries one after the other.
class Entries::Joiner {
 public:
  /// Room for so many bytes of text; more are taken too.
  explicit Joiner(std::size_t bytes = 0, std::size_t count = 0);

  void add(base::Seq seq, base::Hlc time, std::string_view text);
  [[nodiscard]] std::size_t size() const { return contents_->list.size(); }
  [[nodiscard]] base::Hlc last_time() const { return contents_->list.back().time; }
  /// All that were added; the joiner is done with.
  Entries finish();

 private:
  std::shared_ptr<Contents> contents_;
};

}  // namespace syrah::feed
