#pragma once

// The journal: everything that a node must still know after a restart, in one SQLite database.
//
//   1. A transaction is there whole or not at all, and once `commit` said yes it survives a power
//      cut (write-ahead log, synchronous=FULL).
//   2. Batches of one home follow on each other without a gap, from the first entry or from a
//      snapshot; one that does not is refused, and with it all that it was to be committed with.
//   3. After a failure of disk or file nothing more is written: what is on the disk is then known
//      only to the next start (a failed fsync may have dropped what it was to write).
//
// One connection, one thread. Questions to the history have their own (history.h).

#include <memory>
#include <span>
#include <string>

#include "base/ids.h"
#include "base/result.h"
#include "node/records.h"

namespace syrah::store {

class Journal {
 public:
  /// Opens the database file, or makes it, and brings its tables up to this program's version.
  /// kDamaged for a file that is not a database, kRefused for one of a newer version, kIo if the
  /// file cannot be opened or made.
  static base::Result<Journal> open(const std::string& file);

  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;
  ~Journal();

  /// What the journal holds, checked (recovery.h). `self`: whose feed the own one is.
  base::Result<node::Recovered> recover(const base::NodeId& self);

  /// Makes one transaction durable.
  base::Status commit(const node::Transaction& transaction);
  /// Makes several durable at the price of one; all of them or none.
  base::Status commit(std::span<const node::Transaction> transactions);

  [[nodiscard]] const std::string& file() const;

 private:
  struct Parts;
  explicit Journal(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace syrah::store
