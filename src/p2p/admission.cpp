#include "p2p/admission.h"

#include <fmt/format.h>

#include "base/check.h"
#include "p2p/ip_address.h"
#include "p2p/limits.h"

namespace syrah::p2p {
namespace {

std::size_t count_of(const std::map<std::string, std::size_t>& counts, const std::string& key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

void take_off(std::map<std::string, std::size_t>& counts, const std::string& key) {
  const auto found = counts.find(key);
  SYRAH_CHECK(found != counts.end(), "someone left who never came");
  if (--found->second == 0) counts.erase(found);
}

Refusal limit(std::string reason) { return {error_code::kPeerLimit, std::move(reason)}; }

}  // namespace

std::optional<Refusal> Admission::admit(const std::string& host, std::int64_t now_us) {
  if (inbound_ >= kInboundMax) {
    return limit(fmt::format("{} connections came in already", kInboundMax));
  }
  if (unauthenticated_ >= kUnauthenticatedMax) {
    return limit(fmt::format("{} connections are in their handshake", kUnauthenticatedMax));
  }
  const std::string party = party_of(host);
  const std::string neighbourhood = neighbourhood_of(host);
  if (range_of(host) == HostRange::kPublic) {
    if (!take_rate(party, now_us)) return limit("too many connections in a short time");
    if (count_of(by_party_, party) >= kPerAddressMax) {
      return limit(fmt::format("{} connections come from this address", kPerAddressMax));
    }
    if (count_of(by_neighbourhood_, neighbourhood) >= kPerNetworkMax) {
      return limit(fmt::format("{} connections come from this network", kPerNetworkMax));
    }
  }
  ++inbound_;
  ++unauthenticated_;
  ++by_party_[party];
  ++by_neighbourhood_[neighbourhood];
  return std::nullopt;
}

bool Admission::full() const { return inbound_ >= kInboundMax; }

void Admission::authenticated() {
  SYRAH_CHECK(unauthenticated_ > 0, "nobody is in a handshake");
  --unauthenticated_;
}

void Admission::leave(const std::string& host, bool was_authenticated) {
  if (!was_authenticated) authenticated();
  --inbound_;
  take_off(by_party_, party_of(host));
  take_off(by_neighbourhood_, neighbourhood_of(host));
}

bool Admission::take_rate(const std::string& party, std::int64_t now_us) {
  const auto found = rates_.find(party);
  if (found != rates_.end()) return found->second.take(now_us);
  if (rates_.size() >= kConnectRatesMax) {
    std::erase_if(rates_, [&](const auto& rate) { return rate.second.full(now_us); });
    // All are busy: a flood from thousands of addresses. Then no new ones are let in.
    if (rates_.size() >= kConnectRatesMax) return false;
  }
  return rates_.emplace(party, base::TokenBucket(kConnectsPerKilosecond, kConnectsBurst))
      .first->second.take(now_us);
}

}  // namespace syrah::p2p
