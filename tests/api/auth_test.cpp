#include "api/auth.h"

#include <gtest/gtest.h>

#include "crypto/hash.h"

namespace syrah::api {
namespace {

constexpr std::int64_t kNowMs = 1'700'000'000'000;

const KeyRing& keys() {
  static const KeyRing kKeys(
      {{"k1", "phrase", "c2VjcmV0", "alice"}, {"k2", "other", "b3RoZXI=", "bob"}});
  return kKeys;
}

HttpRequest signed_request(const std::string& timestamp, const ApiKey& key = *keys().find("k1")) {
  HttpRequest request{"POST", "/orders?x=1", {}, R"({"side":"buy"})", ""};
  request.headers = {{"cb-access-key", key.key},
                     {"Cb-Access-Sign", *sign_request(key.secret, timestamp, request.method,
                                                      request.target, request.body)},
                     {"CB-ACCESS-TIMESTAMP", timestamp},
                     {"CB-ACCESS-PASSPHRASE", key.passphrase}};
  return request;
}

base::Result<std::string> check(const HttpRequest& request) {
  const auto key = authenticate(request, keys(), base::Time{0, kNowMs * 1000});
  if (!key) return key.error();
  return (*key)->account;
}

void replace(HttpRequest& request, std::string_view name, std::string value) {
  for (auto& [header_name, header_value] : request.headers) {
    if (HttpRequest{"", "", {{header_name, "x"}}, "", ""}.header(name) == "x") {
      header_value = value;
    }
  }
}

// Values computed with another implementation:
// python3 -c "import
// hmac,hashlib,base64;print(base64.b64encode(hmac.new(base64.b64decode('c2VjcmV0'),
//   b'1700000000.123POST/orders{\"size\":\"0.5\"}',hashlib.sha256).digest()).decode())"
TEST(Auth, SignatureIsTheOneThatClientsCompute) {
  EXPECT_EQ(*sign_request("c2VjcmV0", "1700000000.123", "POST", "/orders", R"({"size":"0.5"})"),
            "cKDKkWaFblbA4sokomGDUBMW/6rsAogtJfAm9iq0VWo=");
  EXPECT_EQ(*sign_request("c2VjcmV0", "1700000000", "GET", "/orders?status=all", ""),
            "S3rowene8AlZl7wAP4MkiYBKMs9iH5Dg9ny90KiKRk8=");
}

TEST(Auth, SecretMustBeBase64) {
  EXPECT_FALSE(sign_request("not base64!", "1", "GET", "/", "").ok());
  EXPECT_FALSE(sign_request("", "1", "GET", "/", "").ok());
}

TEST(Auth, KeyWithoutASoundSecretSignsNothing) {
  for (const std::string secret : {"", "not base64!", "c2VjcmV0="}) {
    const KeyRing ring({{"k3", "phrase", secret, "carol"}});
    HttpRequest request = signed_request("1700000000");
    replace(request, "CB-ACCESS-KEY", "k3");
    // What HMAC-SHA-256 gives for a key of no bytes.
    const crypto::Digest unkeyed =
        crypto::hmac_sha256({}, "1700000000" + request.method + request.target + request.body);
    replace(request, "CB-ACCESS-SIGN", crypto::to_base64(unkeyed));
    const auto key = authenticate(request, ring, base::Time{0, kNowMs * 1000});
    ASSERT_FALSE(key.ok()) << secret;
    EXPECT_EQ(key.error().message.substr(0, 23), "CB-ACCESS-SIGN is wrong");
  }
}

TEST(Auth, KeyNamesItsAccount) {
  EXPECT_EQ(*check(signed_request("1700000000", *keys().find("k1"))), "alice");
  EXPECT_EQ(*check(signed_request("1700000000.999", *keys().find("k2"))), "bob");
}

TEST(Auth, TimestampsWithinTheWindowOnly) {
  EXPECT_TRUE(check(signed_request("1699999970")).ok());
  EXPECT_TRUE(check(signed_request("1700000030.000")).ok());
  EXPECT_FALSE(check(signed_request("1699999969.999")).ok());
  EXPECT_FALSE(check(signed_request("1700000030.001")).ok());
}

TEST(Auth, TimestampMustBeSeconds) {
  for (const char* text : {"now", "-1", "1700000000.", ".5", "1700000000.1.2", "1e9",
                           "99999999999999999999", "1700000000 "}) {
    const auto account = check(signed_request(text));
    ASSERT_FALSE(account.ok()) << text;
    EXPECT_NE(account.error().message.find("CB-ACCESS-TIMESTAMP"), std::string::npos) << text;
  }
}

TEST(Auth, EveryHeaderIsNeededAndNamed) {
  for (const std::string_view name :
       {"CB-ACCESS-KEY", "CB-ACCESS-SIGN", "CB-ACCESS-TIMESTAMP", "CB-ACCESS-PASSPHRASE"}) {
    HttpRequest request = signed_request("1700000000");
    replace(request, name, "");
    const auto account = check(request);
    ASSERT_FALSE(account.ok()) << name;
    EXPECT_EQ(account.error().code, base::ErrorCode::kUnauthorized);
    EXPECT_NE(account.error().message.find(name), std::string::npos) << account.error().message;
  }
}

TEST(Auth, WrongValuesAreRefused) {
  for (const auto& [name, value] :
       {std::pair{"CB-ACCESS-KEY", "k3"}, std::pair{"CB-ACCESS-KEY", "k2"},
        std::pair{"CB-ACCESS-SIGN", "AAAA"}, std::pair{"CB-ACCESS-PASSPHRASE", "phras"}}) {
    HttpRequest request = signed_request("1700000000");
    replace(request, name, value);
    EXPECT_FALSE(check(request).ok()) << name << ' ' << value;
  }
}

TEST(Auth, SignatureCoversMethodTargetAndBody) {
  HttpRequest request = signed_request("1700000000");
  request.method = "DELETE";
  EXPECT_FALSE(check(request).ok());
  request = signed_request("1700000000");
  request.target = "/orders?x=2";
  EXPECT_FALSE(check(request).ok());
  request = signed_request("1700000000");
  request.body += ' ';
  EXPECT_FALSE(check(request).ok());
}

}  // namespace
}  // namespace syrah::api
