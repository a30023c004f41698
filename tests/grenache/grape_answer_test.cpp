#include "grenache/grape_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "grenache/limits.h"

namespace syrah::grenache {
namespace {

using base::Endpoint;
using base::ErrorCode;
using testing::ElementsAre;
using testing::IsEmpty;

base::Error announce_error(int status, const std::string& body, const std::string& error = {}) {
  const auto stored = read_announced({status, body, error});
  return stored ? base::Error{ErrorCode::kIo, "no error"} : stored.error();
}

base::Error lookup_error(int status, const std::string& body, const std::string& error = {}) {
  const auto found = read_found({status, body, error}, Vantage::kThisHost);
  return found ? base::Error{ErrorCode::kIo, "no error"} : found.error();
}

TEST(GrapeAnswer, RequestsAreThoseThatGrapesKnow) {
  EXPECT_EQ(announce_body("7d1c", {"p2p_exchange", 1337}),
            R"({"rid":"7d1c","data":["p2p_exchange",1337]})");
  EXPECT_EQ(lookup_body("7d1d", "p2p_exchange"), R"({"rid":"7d1d","data":"p2p_exchange"})");
  EXPECT_LE(announce_body("7d1c", {std::string(kServiceBytesMax, '\x01'), 65535}).size(),
            kGrapeRequestBytesMax);
}

TEST(GrapeAnswer, Successes) {
  EXPECT_EQ(*read_announced({200, "1", {}}), 1);
  EXPECT_EQ(*read_announced({200, "20", {}}), 20);
  EXPECT_THAT(*read_found({200, R"(["127.0.0.1:1337"])", {}}, Vantage::kThisHost),
              ElementsAre(Endpoint{"127.0.0.1", 1337}));
  EXPECT_THAT(*read_found({200, "[]", {}}, Vantage::kThisHost), IsEmpty());
}

TEST(GrapeAnswer, TextsAreRefusalsWhateverTheStatus) {
  for (const char* text :
       {"ERR_GRAPE_LOOKUP", "ERR_GRAPE_ANNOUNCE", "ERR_GRAPE_SERVICE_PORT", "ERR_REQ_NOTFOUND",
        "No nodes to query", "All queries failed", "v must be less than 1000 bytes in put()"}) {
    const std::string body = '"' + std::string(text) + '"';
    EXPECT_EQ(announce_error(200, body).code, ErrorCode::kRefused);
    EXPECT_EQ(announce_error(200, body).message, text);
    EXPECT_EQ(lookup_error(200, body).code, ErrorCode::kRefused);
    EXPECT_EQ(lookup_error(200, body).message, text);
  }
}

TEST(GrapeAnswer, OtherStatusesAreErrors) {
  for (const auto& [status, body] : std::vector<std::pair<int, std::string>>{
           {301, R"("301 CAS mismatch, re-read and try again")"},
           {302, R"("302 sequence number less than current")"},
           {413, "ERR_GRAPE_PAYLOAD_SIZE"},
           {500, "ERR_GRAPE_PAYLOAD_INVALID"},
           {500, "Cannot read properties of null"},
           {404, "[]"},
           {204, ""},
           {503, "1"}}) {
    EXPECT_EQ(announce_error(status, body).code, ErrorCode::kInvalid) << body;
    EXPECT_EQ(lookup_error(status, body).code, ErrorCode::kInvalid) << body;
    EXPECT_EQ(lookup_error(status, body).message, "status " + std::to_string(status) + ": " + body);
  }
}

TEST(GrapeAnswer, AnswersOfAnotherTypeAreErrors) {
  const std::string huge = "[" + std::string(kGrapeAnswerBytesMax, ' ') + "]";
  for (const std::string& body :
       {std::string(), std::string("[]"), std::string("{}"), std::string("null"),
        std::string("true"), std::string("1.5"), std::string("1e3"), std::string("<html>"),
        std::string("1 1"), std::string("99999999999999999999"), huge}) {
    EXPECT_EQ(announce_error(200, body).code, ErrorCode::kInvalid) << body;
  }
  EXPECT_EQ(announce_error(200, "0").code, ErrorCode::kRefused) << "nobody stored it";
  EXPECT_EQ(announce_error(200, "-1").code, ErrorCode::kRefused);
  for (const std::string& body :
       {std::string(), std::string("1"), std::string("{}"), std::string("null"),
        std::string("false"), std::string("[[[1]]]"), std::string("[\"192.0.2.1:1\""),
        std::string("<html>"), std::string("[\"\xFF\"]"), huge}) {
    EXPECT_EQ(lookup_error(200, body).code, ErrorCode::kInvalid) << body;
  }
}

TEST(GrapeAnswer, NoAnswerSaysWhy) {
  EXPECT_EQ(announce_error(0, "", "connection refused").code, ErrorCode::kUnavailable);
  EXPECT_EQ(lookup_error(0, "[]", "connection refused").message, "connection refused");
}

TEST(GrapeAnswer, ReasonsAreShortAndPrintable) {
  EXPECT_EQ(lookup_error(500, "a\x1B[2J\r\nb\xC3\xA9").message, "status 500: a?[2J??b??");
  EXPECT_EQ(lookup_error(200, '"' + std::string(5000, 'x') + '"').message.size(),
            kGrapeReasonBytesMax);
}

TEST(GrapeAnswer, BadEntriesAreLeftOut) {
  const auto found = read_found(
      {200,
       R"(["192.0.2.1:1",7,null,["192.0.2.9:1"],"x","192.0.2.1:1","127.0.0.1:9","192.0.2.2:2"])",
       {}},
      Vantage::kNear);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(*found, ElementsAre(Endpoint{"192.0.2.1", 1}, Endpoint{"192.0.2.2", 2}));
}

TEST(GrapeAnswer, TooManyAddressesAreCut) {
  std::string body = "[";
  for (int i = 1; i <= 150; ++i) body += "\"192.0.2.1:" + std::to_string(i) + "\",";
  body.back() = ']';
  EXPECT_EQ(read_found({200, body, {}}, Vantage::kFar)->size(), kLookupMax);
}

}  // namespace
}  // namespace syrah::grenache
