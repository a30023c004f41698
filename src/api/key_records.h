#pragma once

// What a node keeps of its clients besides the first key, as the text of api-keys.json.

#include <string>
#include <string_view>
#include <vector>

#include "api/api_key.h"
#include "base/result.h"
#include "json/value.h"

namespace syrah::api {

/// A dead man's switch that is on: whoever set it, and whose orders it is about.
struct SwitchRecord {
  std::string key;
  std::string account;
  bool operator==(const SwitchRecord&) const = default;
};

struct KeyRecords {
  std::vector<ApiKey> keys;            ///< without the first one
  std::vector<SwitchRecord> switches;  ///< on when it was written: see cancel_after.h
};

std::string write_key_records(const KeyRecords& records);

/// The errors say what is wrong: {"keys": [{"key", ...}], "switches": [{"key", "account"}]}.
base::Result<KeyRecords> read_key_records(std::string_view text);

/// The members of one key that say who it is: "key", "passphrase", "secret" and "account". Also the
/// form of api-key.json.
base::Result<ApiKey> read_credentials(const json::Value& object);

}  // namespace syrah::api
