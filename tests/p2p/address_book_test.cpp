#include "p2p/address_book.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "p2p/limits.h"
#include "seed.h"

namespace syrah::p2p {
namespace {

using Table = Address::Table;

AddressKey at(const std::string& ip, int port = 3000) {
  return {{ip, static_cast<std::uint16_t>(port)}, Route::kDirect};
}

std::string ip_in(int group, int number) {
  return std::to_string(20 + group / 250) + "." + std::to_string(group % 250) + "." +
         std::to_string(number / 250) + "." + std::to_string(1 + number % 250);
}

std::optional<std::uint32_t> any(const AddressBook::Entry&) { return 0; }

void hear(AddressBook& book, const AddressKey& key, const std::string& teller) {
  book.add_heard(key, Source::kExchange, teller);
}
void prove(AddressBook& book, const AddressKey& key, std::int64_t when_ms) {
  hear(book, key, "somebody");
  AddressBook::Entry* const entry = book.find(key);
  ASSERT_NE(entry, nullptr);
  book.set_owner(*entry, {std::nullopt, true, "", when_ms, when_ms});
  book.worked(*entry);
}

TEST(AddressBook, WhatAStrangerTellsPushesOutNothingThatIsKnown) {
  AddressBook book(tests::seed());
  book.add_fixed(at("192.0.2.1"), Source::kBootstrap);
  for (int i = 0; i < 40; ++i) prove(book, at(ip_in(i, 0)), 1);
  for (int i = 0; i < 40; ++i) hear(book, at(ip_in(i, 1)), "friend");
  const std::set<AddressKey> known = [&] {
    std::set<AddressKey> keys;
    for (const auto& [key, address] : book.entries()) keys.insert(key);
    return keys;
  }();
  ASSERT_EQ(known.size(), 81U);
  for (int teller = 0; teller < 20; ++teller) {
    for (int i = 0; i < 5'000; ++i) {
      hear(book, at(ip_in(500 + i % 400, i), 1 + teller), "enemy " + std::to_string(teller));
    }
  }
  for (const AddressKey& key : known) EXPECT_NE(book.find(key), nullptr) << key.endpoint.text();
  EXPECT_LE(book.size(Table::kNew), kNewBuckets * kBucketPlaces);
  EXPECT_LE(book.bytes(), kBookBytesMax);
}

TEST(AddressBook, OneTellerHasAnEighthOfThePlacesForWhatWasHeard) {
  AddressBook book(1);
  for (int i = 0; i < 20'000; ++i) hear(book, at(ip_in(i % 2'000, i / 2'000)), "loud");
  EXPECT_LE(book.size(Table::kNew), kHeardPerTellerMax);
  hear(book, at("192.0.2.1"), "quiet");
  EXPECT_NE(book.find(at("192.0.2.1")), nullptr);
}

TEST(AddressBook, AFullBucketTakesFromTheGroupThatHasMost) {
  AddressBook book(1);
  for (int i = 0; i < 2'000; ++i) hear(book, at(ip_in(1, i)), "enemy " + std::to_string(i / 500));
  EXPECT_EQ(book.size(Table::kNew), kBucketPlaces) << "a group has one bucket";
  // Every other group finds its place, in that bucket too.
  for (int group = 2; group < 1'000; ++group) {
    hear(book, at(ip_in(group, 0)), "friend");
    EXPECT_NE(book.find(at(ip_in(group, 0))), nullptr) << group;
  }
}

TEST(AddressBook, WhatFailedGivesWayFirst) {
  AddressBook book(1);
  for (int i = 0; i < 64; ++i) hear(book, at(ip_in(1, i)), "a");
  book.find(at(ip_in(1, 17)))->second.failures = 1;
  hear(book, at(ip_in(1, 100)), "a");
  EXPECT_EQ(book.find(at(ip_in(1, 17))), nullptr);
  EXPECT_NE(book.find(at(ip_in(1, 100))), nullptr);
  hear(book, at(ip_in(1, 101)), "a");
  EXPECT_EQ(book.find(at(ip_in(1, 101))), nullptr) << "and nothing else does";
}

TEST(AddressBook, PicksAreSharedByGroupsNotByAddresses) {
  AddressBook book(tests::seed());
  for (int group = 0; group < 100; ++group) hear(book, at(ip_in(group, 0)), "friend");
  for (int group = 100; group < 110; ++group) {
    for (int i = 0; i < 60; ++i) hear(book, at(ip_in(group, i)), "enemy");
  }
  int enemies = 0;
  for (int i = 0; i < 4'000; ++i) {
    enemies +=
        book.pick(Table::kNew, any)->second.teller == book.find(at(ip_in(105, 0)))->second.teller;
  }
  EXPECT_LT(enemies, 4'000 / 4) << "a tenth of the groups with six times as many addresses";
}

TEST(AddressBook, OneGroupCannotFillTheTableOfWhatWorked) {
  AddressBook book(1);
  for (int group = 0; group < 50; ++group) {
    for (int i = 0; i < 3; ++i) prove(book, at(ip_in(group, i)), 1);
  }
  for (int i = 0; i < 60; ++i) prove(book, at(ip_in(60, i)), 2);
  int of_group = 0;
  for (const auto& [key, address] : book.entries()) {
    of_group += address.table == Table::kTried && key.endpoint.host.substr(0, 6) == "20.60.";
  }
  EXPECT_EQ(of_group, static_cast<int>(kTriedPerGroupMin));
}

TEST(AddressBook, ANetworkOfOnesOwnHasRoom) {
  for (const bool loopback : {true, false}) {
    AddressBook book(tests::seed());
    for (int i = 0; i < 200; ++i) {
      const AddressKey key =
          loopback ? at("127.0.0.1", 3'000 + i) : at("10.0.0." + std::to_string(i + 1));
      prove(book, key, 1);
    }
    EXPECT_EQ(book.size(Table::kTried), 200U);
  }
}

TEST(AddressBook, APlaceIsGivenAwayOnlyAfterATest) {
  AddressBook book(1);
  // All of one group, the only one: it may have a whole bucket.
  for (int i = 0; i < 64; ++i) prove(book, at(ip_in(1, i)), i == 9 ? 5 : 100 + i);
  ASSERT_EQ(book.size(Table::kTried), kBucketPlaces);
  EXPECT_FALSE(book.next_test());
  prove(book, at(ip_in(1, 64)), 500);
  EXPECT_EQ(book.find(at(ip_in(1, 64)))->second.table, Table::kNew) << "it waits";
  EXPECT_EQ(book.next_test(), at(ip_in(1, 9))) << "the one whose success is longest ago";
  book.passed_test(at(ip_in(1, 9)));
  EXPECT_FALSE(book.next_test());
  EXPECT_EQ(book.find(at(ip_in(1, 64)))->second.table, Table::kNew);
  prove(book, at(ip_in(1, 64)), 501);
  EXPECT_TRUE(book.failed_test(at(ip_in(1, 9))));
  EXPECT_EQ(book.find(at(ip_in(1, 9))), nullptr);
  EXPECT_EQ(book.find(at(ip_in(1, 64)))->second.table, Table::kTried);
}

TEST(AddressBook, TheWorstCaseStaysWithinItsBytes) {
  AddressBook book(1);
  const std::string name(kNameBytesMax, 'n');
  for (int i = 0; i < 40'000; ++i) {
    const AddressKey key = at(std::string(50, 'h') + std::to_string(i) + ".x" + std::to_string(i));
    book.add_heard(key, Source::kExchange, std::to_string(i % 100));
    AddressBook::Entry* const entry = book.find(key);
    if (entry == nullptr) continue;
    book.set_owner(*entry, {base::NodeId{}, true, name, 1, 1});
    book.worked(*entry);
  }
  EXPECT_GT(book.bytes(), kBookBytesMax / 2);
  EXPECT_LE(book.bytes(), kBookBytesMax + 1'000);
}

TEST(AddressBook, EndpointsOfDifferentRoutesAreDifferentAddresses) {
  AddressBook book(1);
  const Endpoint endpoint{"192.0.2.1", 3000};
  hear(book, {endpoint, Route::kGrenache}, "a");
  hear(book, {endpoint, Route::kDirect}, "a");
  EXPECT_EQ(book.size(Table::kNew), 2U);
  book.remove({endpoint, Route::kGrenache});
  EXPECT_NE(book.find({endpoint, Route::kDirect}), nullptr);
}

}  // namespace
}  // namespace syrah::p2p
