#pragma once

// The API keys of a node.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/api_key.h"
#include "crypto/hash.h"
#include "exchange/types.h"

namespace syrah::api {

/// A key, and what each request needs of it, worked out once.
struct KnownKey : ApiKey {
  std::string hmac_key;  ///< the secret's bytes; empty if it is not Base64: then it signs nothing
  exchange::KeyTag tag = 0;  ///< key_tag of it
};

class KeyRing {
 public:
  /// The first one is the key of the data folder: it cannot be removed, and its account is that of
  /// new keys unless they are given another.
  explicit KeyRing(std::vector<ApiKey> keys);

  /// Null if there is no such key (any more). Looks keys up by their hash, so that the time taken
  /// tells nothing of their texts. Valid until the next change.
  [[nodiscard]] const KnownKey* find(std::string_view name) const;
  [[nodiscard]] bool is_first(std::string_view name) const { return name == first_; }
  [[nodiscard]] const std::string& first() const { return first_; }
  /// The first one first, then by age.
  [[nodiscard]] std::vector<const ApiKey*> all() const;
  [[nodiscard]] std::size_t size() const { return keys_.size(); }

  void add(ApiKey key);
  /// False if there is no such key, or it is the first one.
  bool remove(std::string_view name);

 private:
  std::string first_;
  std::map<crypto::Digest, KnownKey> keys_;
};

}  // namespace syrah::api
