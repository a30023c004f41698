#include "store/key_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "crypto/hash.h"
#include "store/file.h"
#include "store/temp_dir.h"

namespace syrah::store {
namespace {

class KeyFileTest : public ::testing::Test {
 protected:
  KeyFileTest() {
    for (std::size_t i = 0; i < 64; ++i) api_bytes[i] = static_cast<std::uint8_t>(i);
    node_bytes.fill(0xAB);
  }
  static unsigned mode_of(const std::string& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mode & 0777U;
  }

  tests::TempDir dir;
  std::string node_file = dir.file("node-key.json");
  std::string api_file = dir.file("api-key.json");
  std::array<std::uint8_t, 32> node_bytes{};
  std::array<std::uint8_t, 64> api_bytes{};
};

TEST_F(KeyFileTest, ANodeKeepsTheKeyOfItsFirstStart) {
  const base::Result<crypto::Seed> first = load_or_create_node_key(node_file, node_bytes);
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_EQ(*first, node_bytes);
  EXPECT_EQ(mode_of(node_file), 0600U);
  const base::Result<crypto::Seed> second = load_or_create_node_key(node_file, {});
  ASSERT_TRUE(second.ok()) << second.error().message;
  EXPECT_EQ(*second, *first);
}

TEST_F(KeyFileTest, TheApiKeyIsMadeOfAllTheRandomnessAndKept) {
  const base::Result<api::ApiKey> first = load_or_create_api_key(api_file, api_bytes);
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_EQ(first->account, first->key);
  EXPECT_EQ(first->key, "000102030405060708090a0b0c0d0e0f");
  EXPECT_EQ(first->passphrase, "101112131415161718191a1b1c1d1e1f");
  std::string secret;
  ASSERT_TRUE(crypto::from_base64(first->secret, secret));
  EXPECT_EQ(secret.size(), 32U);
  EXPECT_EQ(secret.front(), 0x20);
  EXPECT_EQ(mode_of(api_file), 0600U);
  const base::Result<api::ApiKey> second = load_or_create_api_key(api_file, {});
  ASSERT_TRUE(second.ok()) << second.error().message;
  EXPECT_EQ(second->secret, first->secret);
}

TEST_F(KeyFileTest, AFileOfAnotherShapeIsRefusedAndLeftAlone) {
  const std::pair<const char*, const char*> wrong[] = {
      {"", "JSON"},
      {"{", "JSON"},
      {"[]", "must be a JSON object"},
      {"{}", "\"seed\" must be 64 hexadecimal digits"},
      {"{\"seed\":\"abcd\"}", "\"seed\" must be 64 hexadecimal digits"},
      {"{\"seed\":7}", "\"seed\" must be 64 hexadecimal digits"},
  };
  for (const auto& [text, said] : wrong) {
    ASSERT_TRUE(write_file_atomically(node_file, text, 0600).ok());
    const base::Result<crypto::Seed> seed = load_or_create_node_key(node_file, node_bytes);
    ASSERT_FALSE(seed.ok()) << text;
    EXPECT_NE(seed.error().message.find(node_file), std::string::npos) << seed.error().message;
    EXPECT_NE(seed.error().message.find(said), std::string::npos) << seed.error().message;
    EXPECT_EQ(*read_file(node_file, 100), text);
  }
}

TEST_F(KeyFileTest, EveryMemberOfTheApiKeyIsChecked) {
  const std::pair<const char*, const char*> wrong[] = {
      {R"({"passphrase":"p","secret":"AAAA","account":"a"})", "\"key\" must be a text"},
      {R"({"key":"k","passphrase":"","secret":"AAAA","account":"a"})", "\"passphrase\" must be"},
      {R"({"key":"k","passphrase":"p","secret":"A","account":"a"})", "\"secret\" must be Base64"},
      {R"({"key":"k","passphrase":"p","secret":"AAAA","account":"a b"})", "account"},
  };
  for (const auto& [text, said] : wrong) {
    ASSERT_TRUE(write_file_atomically(api_file, text, 0600).ok());
    const base::Result<api::ApiKey> key = load_or_create_api_key(api_file, api_bytes);
    ASSERT_FALSE(key.ok()) << text;
    EXPECT_NE(key.error().message.find(said), std::string::npos) << key.error().message;
  }
}

TEST_F(KeyFileTest, FurtherKeysAreReadOrThereAreNone) {
  const base::Result<api::KeyRecords> none = read_key_records(api_file);
  ASSERT_TRUE(none.ok()) << none.error().message;
  EXPECT_TRUE(none->keys.empty());
  api::KeyRecords records;
  records.switches.push_back({"k", "alice"});
  ASSERT_TRUE(write_file_atomically(api_file, api::write_key_records(records), 0600).ok());
  EXPECT_EQ(read_key_records(api_file)->switches, records.switches);
  ASSERT_TRUE(write_file_atomically(api_file, "{}", 0600).ok());
  const base::Result<api::KeyRecords> wrong = read_key_records(api_file);
  ASSERT_FALSE(wrong.ok());
  EXPECT_NE(wrong.error().message.find(api_file + ": \"keys\""), std::string::npos);
}

}  // namespace
}  // namespace syrah::store
