#include "node/provenance.h"

#include <gtest/gtest.h>

#include "node/limits.h"

namespace syrah::node {
namespace {

base::NodeId home(std::uint64_t number) {
  base::NodeId id;
  for (std::size_t i = 0; i < 8; ++i) id.bytes.at(i) = static_cast<std::uint8_t>(number >> (8 * i));
  return id;
}

Arrival batch(base::Seq first, base::Seq last) {
  Arrival arrival;
  arrival.first = first;
  arrival.last = last;
  return arrival;
}

TEST(Provenance, EveryEntryOfABatchCameWithIt) {
  Provenance provenance;
  provenance.arrived(home(1), batch(1, 5));
  provenance.arrived(home(1), batch(8, 8));
  ASSERT_NE(provenance.find({home(1), 1}), nullptr);
  EXPECT_EQ(provenance.find({home(1), 5})->first, 1U);
  EXPECT_EQ(provenance.find({home(1), 6}), nullptr);
  EXPECT_EQ(provenance.find({home(1), 8})->first, 8U);
  EXPECT_EQ(provenance.find({home(1), 9}), nullptr);
  EXPECT_EQ(provenance.find({home(2), 1}), nullptr);
  const auto newest = provenance.newest(home(1), 5);
  ASSERT_EQ(newest.size(), 2U);
  EXPECT_EQ(newest[0].first, 8U);
}

TEST(Provenance, WhatTheJournalHeldIsKnown) {
  Provenance provenance;
  provenance.restored(home(1), 10);
  EXPECT_TRUE(provenance.was_restored({home(1), 10}));
  EXPECT_FALSE(provenance.was_restored({home(1), 11}));
  EXPECT_FALSE(provenance.was_restored({home(2), 1}));
}

TEST(Provenance, IsBoundedHoweverManyHomesThereAre) {
  Provenance provenance;
  for (base::Seq seq = 1; seq <= 3 * kArrivalsMax; ++seq) {
    provenance.arrived(home(1), batch(seq, seq));
  }
  EXPECT_LE(provenance.size(), kArrivalsMax);
  EXPECT_NE(provenance.find({home(1), 3 * kArrivalsMax}), nullptr);
  for (std::uint64_t other = 2; other < 3000; ++other) {
    for (base::Seq seq = 1; seq <= 50; ++seq) {
      Arrival arrival = batch(seq, seq);
      arrival.wall_us = static_cast<std::int64_t>(other);
      provenance.arrived(home(other), arrival);
    }
    EXPECT_NE(provenance.find({home(other), 50}), nullptr);
  }
  EXPECT_LE(provenance.size(), 3 * kArrivalsMax);
}

}  // namespace
}  // namespace syrah::node
