#pragma once

// A snapshot in pages. Page 0 is the offer: the batch that ends with the checkpoint, and how many
// pages there are; the text is in the others, one after the other.

#include <cstdint>
#include <string>

#include "base/result.h"
#include "feed/batch.h"
#include "p2p/message.h"

namespace syrah::p2p {

/// How many pages the text takes, the offer included.
std::uint32_t snapshot_pages(const std::string& text);

/// One page; `page` must be below snapshot_pages(). Cuts between characters of UTF-8 only, so that
/// each page is text.
SnapshotPage make_page(const feed::Batch& batch, const std::string& text, std::uint32_t page);

/// The other end: collects the pages of one snapshot from one peer. Nothing is believed here but
/// the batch's signature; whether the text is what the checkpoint says is found when it is whole.
class SnapshotAssembly {
 public:
  /// From page 0. An error means that its sender broke the rules.
  static base::Result<SnapshotAssembly> begin(const SnapshotPage& offer);

  /// Whether this is the page that next_page() waits for.
  [[nodiscard]] bool expects(const SnapshotPage& page) const;
  base::Status add(const SnapshotPage& page);

  [[nodiscard]] bool whole() const { return next_page_ == pages_; }
  [[nodiscard]] std::uint32_t next_page() const { return next_page_; }
  [[nodiscard]] const feed::Batch& batch() const { return batch_; }
  [[nodiscard]] std::string take_text() { return std::move(text_); }

 private:
  feed::Batch batch_;
  std::uint32_t pages_ = 1;
  std::uint32_t next_page_ = 1;
  std::string text_;
};

}  // namespace syrah::p2p
