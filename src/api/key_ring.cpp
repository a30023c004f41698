#include "api/key_ring.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace syrah::api {

KeyRing::KeyRing(std::vector<ApiKey> keys) {
  if (!keys.empty()) first_ = keys.front().key;
  for (ApiKey& key : keys) add(std::move(key));
}

const KnownKey* KeyRing::find(std::string_view name) const {
  const auto found = keys_.find(crypto::sha256(name));
  return found == keys_.end() ? nullptr : &found->second;
}

std::vector<const ApiKey*> KeyRing::all() const {
  std::vector<const ApiKey*> keys;
  for (const auto& [digest, key] : keys_) keys.push_back(&key);
  std::sort(keys.begin(), keys.end(), [this](const ApiKey* a, const ApiKey* b) {
    return std::tuple(!is_first(a->key), a->created_ms, a->key) <
           std::tuple(!is_first(b->key), b->created_ms, b->key);
  });
  return keys;
}

void KeyRing::add(ApiKey key) {
  const crypto::Digest digest = crypto::sha256(key.key);
  KnownKey known{std::move(key), {}, 0};
  if (!crypto::from_base64(known.secret, known.hmac_key)) known.hmac_key.clear();
  known.tag = key_tag(known.key);
  keys_.insert_or_assign(digest, std::move(known));
}

bool KeyRing::remove(std::string_view name) {
  return !is_first(name) && keys_.erase(crypto::sha256(name)) > 0;
}

}  // namespace syrah::api
