// reliability.md A10, in a smaller form: who owns a tenth of the networks tells invented and real
// addresses of its own for a day, and then the node restarts again and again.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/random.h"
#include "p2p/connection_policy.h"
#include "p2p/limits.h"
#include "seed.h"

namespace syrah::p2p {
namespace {

constexpr int kGroups = 400;
constexpr int kEnemyGroups = kGroups / 10;
constexpr int kFriendsPerGroup = 3;
constexpr ConnectionPolicy::Room kRoom{50, kOutboundMax};

base::Time at_s(std::int64_t s) {
  return {(100'000 + s) * 1'000'000, 1'700'000'000'000'000 + s * 1'000'000};
}

bool is_enemy(const AddressKey& key) {
  const int group = std::stoi(key.endpoint.host.substr(key.endpoint.host.find('.') + 1)) +
                    250 * (std::stoi(key.endpoint.host) - 20);
  return group < kEnemyGroups;
}

/// The network around one node.
class Surroundings {
 public:
  explicit Surroundings(std::uint64_t seed) : random_(seed) {}

  AddressKey address(int group, int number) {
    return {{std::to_string(20 + group / 250) + "." + std::to_string(group % 250) + "." +
                 std::to_string(number / 250) + "." + std::to_string(1 + number % 250),
             3000},
            Route::kDirect};
  }
  AddressKey a_friend() {
    return address(kEnemyGroups + static_cast<int>(random_.below(kGroups - kEnemyGroups)),
                   static_cast<int>(random_.below(kFriendsPerGroup)));
  }
  AddressKey an_enemy() {
    return address(static_cast<int>(random_.below(kEnemyGroups)),
                   static_cast<int>(random_.below(20'000)));
  }
  /// Every third friend is away; enemies answer at all addresses but some invented ones.
  static bool answers(const AddressKey& key) {
    const std::size_t last = key.endpoint.host.rfind('.');
    return std::stoi(key.endpoint.host.substr(last + 1)) % 3 != 0 || is_enemy(key);
  }

  /// What a peer at `teller` tells, as much as it may.
  void tell(ConnectionPolicy& policy, const AddressKey& teller, std::size_t count, base::Time now) {
    for (std::size_t i = 0; i < count; ++i) {
      const bool lies = is_enemy(teller) || (attacked && random_.chance(50'000));
      policy.add({lies ? an_enemy() : a_friend(),
                  Source::kExchange,
                  {},
                  policy.book().find(teller) == nullptr
                      ? teller.endpoint.host
                      : std::to_string(policy.book().find(teller)->second.group)},
                 now);
    }
  }
  /// Dials what is due; sessions that open are in `open`.
  void dial(ConnectionPolicy& policy, std::set<AddressKey>& open, std::size_t told,
            base::Time now) {
    for (const AddressKey& key : policy.take_due(kRoom, now)) {
      if (!answers(key)) {
        policy.failed(key, now);
        continue;
      }
      policy.opened(key, std::nullopt, "", now);
      policy.connected(std::nullopt, key.endpoint, Route::kDirect);
      open.insert(key);
      tell(policy, key, told, now);
    }
    if (const auto feeler = policy.take_feeler(kOutboundMax, now)) {
      if (answers(*feeler)) {
        policy.tested(*feeler, std::nullopt, "", now);
      } else {
        policy.failed(*feeler, now);
      }
    }
  }
  static void close(ConnectionPolicy& policy, std::set<AddressKey>& open, const AddressKey& key,
                    base::Time now) {
    policy.disconnected(std::nullopt, key.endpoint, Route::kDirect);
    policy.ended(key, kStableMs * base::kUsPerMs, now);
    open.erase(AddressKey(key));
  }

  base::Random random_;
  bool attacked = true;
};

std::ptrdiff_t enemies_in(const std::set<AddressKey>& keys) {
  return std::count_if(keys.begin(), keys.end(), is_enemy);
}

/// Returns the peers file's entries after the day; checks what must hold at its end.
std::vector<StoredPeer> live_a_day(Surroundings& net, std::uint64_t seed) {
  ConnectionPolicy policy({30'000, true, false}, seed);
  std::set<AddressKey> open;
  AddressKey first = net.a_friend();
  while (!Surroundings::answers(first)) first = net.a_friend();
  policy.add({first, Source::kBootstrap, {}, {}}, at_s(-6 * 3600));
  // Six hours of calm, so that there is something to lose; then a day under attack.
  for (std::int64_t s = -6 * 3600; s < 24 * 3600; s += 30) {
    net.attacked = s >= 0;
    net.dial(policy, open, kExchangePeersMax, at_s(s));
    if (s % 60 != 0) continue;
    for (const AddressKey& key : open) net.tell(policy, key, 6, at_s(s));
    // Enemies that dialled in, from all networks that they have.
    for (int i = 0; net.attacked && i < 50; ++i) net.tell(policy, net.an_enemy(), 2, at_s(s));
    if (s % 1'800 != 0) continue;
    // A friend leaves; enemies never do.
    const auto leaves = std::find_if_not(open.begin(), open.end(), is_enemy);
    if (leaves != open.end()) Surroundings::close(policy, open, AddressKey(*leaves), at_s(s));
  }
  std::size_t tried = 0;
  std::size_t tried_enemies = 0;
  for (const auto& [key, address] : policy.book().entries()) {
    if (address.table != Address::Table::kTried) continue;
    ++tried;
    tried_enemies += is_enemy(key);
  }
  std::printf("%zu of %zu tried ones are enemies\n", tried_enemies, tried);
  EXPECT_GT(tried, 300U);
  EXPECT_LE(tried_enemies * 100, tried * 15) << tried_enemies << " of " << tried << " tried ones";
  EXPECT_LT(enemies_in(open), 8) << "although they never leave, and friends do";
  EXPECT_LE(policy.book().bytes(), kBookBytesMax);
  std::vector<StoredPeer> stored = policy.stored();
  const std::vector<AddressKey> anchors = policy.anchors();
  for (StoredPeer& peer : stored) {
    const AddressKey key{peer.endpoint, peer.route};
    peer.anchor = std::find(anchors.begin(), anchors.end(), key) != anchors.end();
  }
  return stored;
}

TEST(Eclipse, ADayOfPoisonAndManyRestartsLeaveHonestPeers) {
  const std::uint64_t seed = tests::seed();
  Surroundings net(seed);
  const std::vector<StoredPeer> stored = live_a_day(net, seed + 1);
  constexpr std::uint64_t kRestarts = 100;
  std::ptrdiff_t enemies = 0;
  for (std::uint64_t restart = 0; restart < kRestarts; ++restart) {
    ConnectionPolicy policy({30'000, true, false}, seed + 2 + restart);
    for (const StoredPeer& peer : stored) policy.restore(peer);
    std::set<AddressKey> open;
    for (std::int64_t s = 24 * 3600; open.size() < kOutboundMax; ++s) {
      ASSERT_LT(s, 24 * 3600 + 60) << "eight outbound connections within a minute";
      net.dial(policy, open, 50, at_s(s));
    }
    EXPECT_LT(enemies_in(open), 8) << "restart " << restart;
    enemies += enemies_in(open);
  }
  EXPECT_LE(enemies, static_cast<std::ptrdiff_t>(2 * kRestarts));
  std::printf("enemies of 8 outbound, a thousandth on average: %lld\n",
              static_cast<long long>(enemies * 1000 / static_cast<std::ptrdiff_t>(kRestarts)));
}

}  // namespace
}  // namespace syrah::p2p
