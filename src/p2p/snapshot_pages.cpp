#include "p2p/snapshot_pages.h"

#include <algorithm>

#include "base/check.h"
#include "p2p/sync_limits.h"

namespace syrah::p2p {
namespace {

/// Less than a page by the most that a cut may move.
constexpr std::size_t kStep = kSnapshotPageBytesMax - 3;

/// Where page `page` ends: at a multiple of the step, or up to 3 bytes earlier.
std::size_t end_of(const std::string& text, std::uint32_t page) {
  std::size_t end = kStep * page;
  if (end >= text.size()) return text.size();
  for (int back = 0; back < 3 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U; ++back) {
    --end;
  }
  return end;
}

}  // namespace

std::uint32_t snapshot_pages(const std::string& text) {
  return 1 + static_cast<std::uint32_t>((text.size() + kStep - 1) / kStep);
}

SnapshotPage make_page(const feed::Batch& batch, const std::string& text, std::uint32_t page) {
  SnapshotPage made;
  made.home = batch.head.home;
  made.seq = batch.head.seq;
  made.page = page;
  made.pages = snapshot_pages(text);
  SYRAH_CHECK(page < made.pages, "a page that the snapshot does not have");
  if (page == 0) {
    made.batch = batch;
  } else {
    const std::size_t begin = end_of(text, page - 1);
    made.text = text.substr(begin, end_of(text, page) - begin);
  }
  return made;
}

base::Result<SnapshotAssembly> SnapshotAssembly::begin(const SnapshotPage& offer) {
  if (offer.page != 0 || !offer.batch) {
    return base::invalid("a snapshot begins with page 0 and its batch");
  }
  if (offer.batch->head.home != offer.home || offer.batch->head.seq != offer.seq) {
    return base::invalid("the snapshot's batch is not of the home and entry that it names");
  }
  if (offer.pages < 1 || offer.pages > kSnapshotPagesMax) {
    return base::invalid("a snapshot has 1 to " + std::to_string(kSnapshotPagesMax) + " pages");
  }
  if (offer.text.size() > kSnapshotPageBytesMax) return base::invalid("snapshot page too long");
  const base::Status sound = feed::check_batch(*offer.batch);
  if (!sound) return sound.error();
  if (offer.batch->entries.empty()) return base::invalid("a snapshot's batch has its checkpoint");
  SnapshotAssembly assembly;
  assembly.batch_ = *offer.batch;
  assembly.pages_ = offer.pages;
  assembly.text_ = offer.text;
  return assembly;
}

bool SnapshotAssembly::expects(const SnapshotPage& page) const {
  return !whole() && page.home == batch_.head.home && page.seq == batch_.head.seq &&
         page.page == next_page_;
}

base::Status SnapshotAssembly::add(const SnapshotPage& page) {
  SYRAH_CHECK(expects(page), "a page out of turn");
  if (page.pages != pages_) return base::invalid("the snapshot's number of pages changed");
  if (page.text.empty() || page.text.size() > kSnapshotPageBytesMax) {
    return base::invalid("a snapshot page has 1 to " + std::to_string(kSnapshotPageBytesMax) +
                         " bytes");
  }
  if (text_.size() + page.text.size() > kSnapshotBytesMax) {
    return base::invalid("a snapshot has " + std::to_string(kSnapshotBytesMax) +
                         " bytes at the most");
  }
  text_ += page.text;
  ++next_page_;
  return base::success();
}

}  // namespace syrah::p2p
