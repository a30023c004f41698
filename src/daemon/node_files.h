#pragma once

// The data directory of one node: node-key.json, api-key.json, api-keys.json, journal.db and the
// peers file.

#include <string>

#include "api/key_records.h"
#include "base/result.h"
#include "crypto/identity.h"
#include "daemon/config.h"
#include "node/records.h"
#include "store/data_dir_lock.h"
#include "store/history.h"
#include "store/journal.h"

namespace syrah::daemon {

/// All that a node needs from its disk, read and checked; the directory is locked while this lives.
struct NodeFiles {
  store::DataDirLock lock;
  crypto::Identity identity;
  api::ApiKey api_key;
  api::KeyRecords api_records;  ///< of api-keys.json
  std::string api_key_file;
  std::string key_records_file;
  store::Journal journal;
  store::History history;
  node::Recovered recovered;
  std::string peers_text;     ///< of the peers file, "" if there is none
  std::string peers_trouble;  ///< why the peers file was not read; empty: all is well
  bool new_identity = false;  ///< the key was made now
};

/// Makes what is missing. Errors are one line that names the file.
base::Result<NodeFiles> open_node_files(const Config& config);

}  // namespace syrah::daemon
