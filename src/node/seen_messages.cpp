#include "node/seen_messages.h"

#include <string>

#include "crypto/hash.h"
#include "node/basic_limits.h"

namespace syrah::node {
namespace {

/// Of SHA-256, so that nobody can make a message that hides another one.
std::uint64_t hash_of(std::string_view type, std::string_view sender, std::int64_t timestamp_ms,
                      std::string_view id) {
  crypto::Sha256 sum;
  for (const std::string_view part : {type, sender, id}) {
    sum.add(std::to_string(part.size())).add(std::string_view(":")).add(part);
  }
  const crypto::Digest digest = sum.add(std::to_string(timestamp_ms)).finish();
  std::uint64_t hash = 0;
  for (std::size_t at = 0; at < 8; ++at) hash = hash << 8U | digest[at];
  return hash;
}

}  // namespace

bool SeenMessages::add(std::string_view type, std::string_view sender, std::int64_t timestamp_ms,
                       std::string_view id, std::int64_t now_us) {
  while (!ages_.empty() && ages_.front().at_us + kSeenMs * 1000 <= now_us) {
    hashes_.erase(ages_.front().hash);
    ages_.pop_front();
  }
  const std::uint64_t hash = hash_of(type, sender, timestamp_ms, id);
  if (!hashes_.insert(hash).second) return false;
  ages_.push_back({now_us, hash});
  if (ages_.size() > kSeenMax) {
    hashes_.erase(ages_.front().hash);
    ages_.pop_front();
  }
  return true;
}

}  // namespace syrah::node
