#pragma once

#include "base/result.h"
#include "node/io.h"
#include "node/parts.h"

namespace syrah::node {

/// Folds what the journal holds: snapshots, then the entries after them, of all homes. The store
/// has checked chains and signatures; here it must also make sense. An error names the home and the
/// entry: own entries that do not fold must not be believed. Another home's are left out, with a
/// line in the log.
base::Status recover(Node::Parts& parts, const Recovered& recovered, base::Time now,
                     Effects& effects);

/// Checks the text against the checkpoint that ends the batch and makes it what is known of the
/// home, whether it comes from the journal or from a peer. An error changes nothing.
base::Status restore_snapshot(exchange::Exchange& exchange, const StoredSnapshot& snapshot);

}  // namespace syrah::node
