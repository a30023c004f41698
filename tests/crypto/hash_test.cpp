#include "crypto/hash.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/hex.h"

namespace syrah::crypto {
namespace {

std::vector<std::uint8_t> bytes(std::string_view text) { return {text.begin(), text.end()}; }

std::string hex(const Digest& digest) { return base::to_hex(digest); }

TEST(Sha256, GivesTheAnswersOfTheStandard) {
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hex(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, IsTheSameHoweverTheBytesCome) {
  const std::string text(1000, 'x');
  for (const std::size_t cut : {0U, 1U, 63U, 64U, 65U, 999U, 1000U}) {
    const std::string first = text.substr(0, cut);
    const std::string second = text.substr(cut);
    EXPECT_EQ(sha256(bytes(first), second), sha256(text));
    EXPECT_EQ(Sha256().add(first).add(bytes(second)).finish(), sha256(text));
  }
  EXPECT_EQ(Sha256().finish(), sha256(""));
}

TEST(Hash, TakesViewsOfNothing) {
  EXPECT_EQ(sha256(std::string_view()), sha256(""));
  EXPECT_EQ(sha256({}, {}), sha256(""));
  EXPECT_EQ(hex(hmac_sha256({}, {})),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
  EXPECT_TRUE(equal_constant_time({}, ""));
  EXPECT_EQ(to_base64({}), "");
  std::string read;
  EXPECT_TRUE(from_base64({}, read));
}

TEST(HmacSha256, GivesTheAnswersOfRfc4231) {
  EXPECT_EQ(hex(hmac_sha256(std::vector<std::uint8_t>(20, 0x0B), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(hmac_sha256(bytes("Jefe"), "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(hmac_sha256(std::vector<std::uint8_t>(131, 0xAA),
                            "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(EqualConstantTime, ComparesContentsAndSizes) {
  EXPECT_TRUE(equal_constant_time("", ""));
  EXPECT_TRUE(equal_constant_time("secret", "secret"));
  EXPECT_FALSE(equal_constant_time("secret", "secreT"));
  EXPECT_FALSE(equal_constant_time("secret", "secret "));
  EXPECT_FALSE(equal_constant_time("", "s"));
}

TEST(Base64, GivesTheAnswersOfRfc4648) {
  const std::vector<std::pair<std::string, std::string>> known = {{"", ""},
                                                                  {"f", "Zg=="},
                                                                  {"fo", "Zm8="},
                                                                  {"foo", "Zm9v"},
                                                                  {"foob", "Zm9vYg=="},
                                                                  {"fooba", "Zm9vYmE="},
                                                                  {"foobar", "Zm9vYmFy"},
                                                                  {"\xFB\xFF", "+/8="}};
  for (const auto& [plain, text] : known) {
    EXPECT_EQ(to_base64(bytes(plain)), text);
    std::string read = "old";
    EXPECT_TRUE(from_base64(text, read)) << text;
    EXPECT_EQ(read, plain);
  }
}

TEST(Base64, RefusesEverythingElse) {
  for (const std::string_view text : {"Zg", "Zg=", "Zg===", "=", "Z", "Zh==", "Zm9", "Zm9v=",
                                      "Zg==Zg==", "Zm 9v", "Zm9v\n", "-_8=", "Zm9*", "===="}) {
    std::string read = "old";
    EXPECT_FALSE(from_base64(text, read)) << text;
    EXPECT_EQ(read, "");
  }
}

}  // namespace
}  // namespace syrah::crypto
