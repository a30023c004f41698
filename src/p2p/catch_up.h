#pragma once

// Which homes have entries that are missing here, and what is being asked for at the moment: at
// most one question a home and kRequestsMax in all, each with an end. Knows nothing of messages.

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "p2p/connection_id.h"
#include "p2p/snapshot_pages.h"

namespace syrah::p2p {

class CatchUp {
 public:
  /// For the next entries, or (once `assembly` is set) for the next page of a snapshot.
  struct Question {
    ConnectionId peer = 0;
    std::int64_t deadline_us = 0;
    std::optional<SnapshotAssembly> assembly;
  };
  struct Want {
    ConnectionId hint = 0;   ///< who has just shown that it has them
    ConnectionId avoid = 0;  ///< who has just left a question unanswered
    std::uint32_t failures = 0;
    std::int64_t ask_after_us = 0;
    bool no_source = false;
  };

  /// Entries of the home are missing; `hint` has them.
  void want(const base::NodeId& home, ConnectionId hint);
  /// Nothing of it is missing, or wanted any more.
  void content(const base::NodeId& home);

  [[nodiscard]] bool full() const;
  /// Homes to be asked for now, the one asked for longest ago first.
  [[nodiscard]] std::vector<std::pair<base::NodeId, Want>> due(std::int64_t now_us) const;
  void asked(const base::NodeId& home, ConnectionId peer, std::int64_t now_us);
  [[nodiscard]] const Question* find(const base::NodeId& home) const;

  /// The question became one for pages; false if too many snapshots come in already.
  bool begin_assembly(const base::NodeId& home, SnapshotAssembly assembly, std::int64_t now_us);
  /// Takes the page that is waited for; after an error failed() is due.
  base::Status add_page(const base::NodeId& home, const SnapshotPage& page, std::int64_t now_us);
  /// The text of a whole snapshot. The question stays, without an end, until the text is judged.
  std::string take_text(const base::NodeId& home);

  /// The question was answered to some use: the next may follow at once.
  void answered(const base::NodeId& home);
  /// It was not: another peer, and after some failures with a pause.
  void failed(const base::NodeId& home, std::int64_t now_us);
  /// Nobody's fault: asked again a little later, or as soon as a source shows.
  void postpone(const base::NodeId& home, std::int64_t now_us);

  /// Questions past their end; failed() is due for each.
  [[nodiscard]] std::vector<std::pair<base::NodeId, ConnectionId>> expired(
      std::int64_t now_us) const;
  /// The peer is gone: what it was asked is asked of others.
  void forget_peer(ConnectionId peer);
  [[nodiscard]] std::int64_t next_deadline_us() const;

 private:
  std::map<base::NodeId, Want> wants_;
  std::map<base::NodeId, Question> questions_;
  base::NodeId last_asked_;
};

}  // namespace syrah::p2p
