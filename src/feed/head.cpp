#include "feed/head.h"

namespace syrah::feed {
namespace {

constexpr std::string_view kFeedTag = "syrah feed 1\n";
constexpr std::string_view kHeadTag = "syrah head 1\n";

void append_big_endian(std::string& out, std::uint64_t value, unsigned size_bytes) {
  for (unsigned shift = size_bytes * 8; shift > 0; shift -= 8) {
    out.push_back(static_cast<char>((value >> (shift - 8)) & 0xFFU));
  }
}

}  // namespace

crypto::Digest genesis_hash(const base::NodeId& home) {
  return crypto::Sha256().add(kFeedTag).add(home.bytes).finish();
}

crypto::Digest next_hash(const crypto::Digest& previous, std::string_view entry_text) {
  return crypto::sha256(previous, entry_text);
}

std::string signed_bytes(const Head& head) {
  std::string bytes(kHeadTag);
  bytes.append(head.home.bytes.begin(), head.home.bytes.end());
  append_big_endian(bytes, head.seq, 8);
  bytes.append(head.hash.begin(), head.hash.end());
  append_big_endian(bytes, static_cast<std::uint64_t>(head.time.ms), 8);
  append_big_endian(bytes, head.time.counter, 4);
  return bytes;
}

Head sign_head(const crypto::Identity& identity, base::Seq seq, const crypto::Digest& hash,
               base::Hlc time) {
  Head head;
  head.home = identity.id();
  head.seq = seq;
  head.hash = hash;
  head.time = time;
  head.signature = identity.sign(signed_bytes(head));
  return head;
}

bool verify_head(const Head& head) {
  return crypto::verify(head.home, signed_bytes(head), head.signature);
}

}  // namespace syrah::feed
