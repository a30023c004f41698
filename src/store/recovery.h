#pragma once

// What a start reads from the journal, and what it does about damage.
//
// Of each home: the newest snapshot and the batches after it. Every batch read is checked as one
// from a stranger would be (numbers, hash chain, signature) and must follow on the one before it;
// batches before the snapshot are not read. Then
//   - the own feed is damaged: kDamaged with file, home and entries. Nobody can repair it here.
//   - another home's feed is damaged: what can be believed stays, the rest is deleted and comes
//   back
//     from the peers. A warning says so.
//   - a snapshot is damaged: it is deleted, and the feed from its beginning takes its place. A
//     warning says so.
//
// The database file itself is checked by SQLite (PRAGMA quick_check) while it is small enough for
// the check to take well under a second; see kFileCheckBytesMax for the measurement. Larger files
// are not: the feeds carry their own checks, which are stronger, and a damaged page elsewhere shows
// as an error of the query that meets it.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "node/records.h"
#include "store/database.h"

namespace syrah::store {

/// Where a feed ends.
struct FeedEnd {
  base::Seq seq = 0;
  crypto::Digest hash{};

  bool operator==(const FeedEnd&) const = default;
};

class Recovery {
 public:
  Recovery(Database& database, const base::NodeId& self) : database_(database), self_(self) {}

  /// Everything. `ends` becomes where the feeds end, after repairs.
  base::Result<node::Recovered> run(std::map<base::NodeId, FeedEnd>& ends);

 private:
  /// One home's rows as far as they can be believed.
  struct Feed {
    base::NodeId home;
    node::RecoveredHome kept;
    FeedEnd end;
    std::string snapshot_damage;  ///< empty: none
    std::string damage;           ///< entries and what is wrong with them; empty: none
  };

  base::Status check_file();
  base::Result<std::vector<base::NodeId>> homes();
  base::Status read(Feed& feed);
  base::Status read_snapshot_of(Feed& feed);
  base::Status read_batches_of(Feed& feed);
  base::Result<std::optional<FeedEnd>> stored_end(const base::NodeId& home);
  base::Status repair(const Feed& feed);
  base::Status judge(const Feed& feed, std::vector<std::string>& warnings);
  base::Result<std::vector<node::PlacedBy>> placed_by();
  base::Result<std::vector<node::UsedClientId>> client_ids(const node::RecoveredHome& own);

  Database& database_;
  base::NodeId self_;
};

}  // namespace syrah::store
