#include "store/schema.h"

#include <gtest/gtest.h>

#include <array>

#include "store/journal.h"
#include "store/temp_dir.h"

namespace syrah::store {
namespace {

const std::array<Migration, 2> kMadeUp = {{
    {1, "CREATE TABLE fruit (name TEXT NOT NULL) STRICT; INSERT INTO fruit VALUES ('pear')"},
    {2, "ALTER TABLE fruit ADD COLUMN weight INTEGER NOT NULL DEFAULT 7"},
}};

class SchemaTest : public ::testing::Test {
 protected:
  Database open() { return *Database::open(file, Database::Mode::kCreate); }

  tests::TempDir dir;
  std::string file = dir.file("made-up.db");
};

TEST_F(SchemaTest, BringsAnOlderDatabaseForwardAndKeepsItsRows) {
  {
    Database old = open();
    ASSERT_TRUE(migrate(old, std::span(kMadeUp).first(1)).ok());
    ASSERT_TRUE(old.execute("INSERT INTO fruit VALUES ('plum')").ok());
  }
  Database database = open();
  const base::Status done = migrate(database, kMadeUp);
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ(*database.integer("SELECT sum(weight) FROM fruit"), 14);
  EXPECT_EQ(*database.integer("SELECT version FROM schema_version"), 2);
  ASSERT_TRUE(migrate(database, kMadeUp).ok());
  EXPECT_EQ(*database.integer("SELECT count(*) FROM fruit"), 2);
}

TEST_F(SchemaTest, AFailedStepLeavesTheVersionBefore) {
  Database database = open();
  const std::array<Migration, 2> broken = {
      {kMadeUp[0], {2, "CREATE TABLE half (a INTEGER) STRICT; INSERT INTO nowhere VALUES (1)"}}};
  const base::Status done = migrate(database, broken);
  ASSERT_FALSE(done.ok());
  EXPECT_NE(done.error().message.find("to version 2"), std::string::npos) << done.error().message;
  EXPECT_EQ(*database.integer("SELECT version FROM schema_version"), 1);
  EXPECT_EQ(*database.integer("SELECT count(*) FROM sqlite_master WHERE name = 'half'"), 0);
  EXPECT_TRUE(migrate(database, kMadeUp).ok());
}

TEST_F(SchemaTest, ANewerDatabaseIsRefusedAndLeftAlone) {
  const std::string journal = dir.file("journal.db");
  ASSERT_TRUE(Journal::open(journal).ok());
  {
    Database newer = *Database::open(journal, Database::Mode::kReadWrite);
    ASSERT_TRUE(newer.execute("UPDATE schema_version SET version = 999").ok());
  }
  const base::Result<Journal> opened = Journal::open(journal);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, base::ErrorCode::kRefused);
  EXPECT_NE(opened.error().message.find("newer Syrah: its schema has version 999"),
            std::string::npos)
      << opened.error().message;
}

TEST_F(SchemaTest, ThisProgramsMigrationsHaveNoGap) {
  std::int64_t expected = 0;
  for (const Migration& migration : migrations()) EXPECT_EQ(migration.to, ++expected);
  EXPECT_GE(expected, 1);
}

}  // namespace
}  // namespace syrah::store
