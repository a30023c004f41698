#include "cli/book_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/reader.h"

namespace syrah::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

json::Document book(std::string_view text) {
  auto value = json::parse(text);
  return value.ok() ? *std::move(value) : json::Document{};
}

TEST(BookView, AsksAboveBidsBelowWithSumsAndBars) {
  const json::Document value =
      book(R"({"bids":[["99.50","1.5",1],["99.00","2.5",3]],)"
           R"("asks":[["100.00","1.0",1],["101.00","1.0",2]],"suspended":0,"indications":[]})");
  BookLook look;
  look.columns = 40;
  EXPECT_EQ(book_view("BTC-USD", value, look),
            " price  size  total  orders\n"
            "101.00   1.0    2.0       2  █████\n"
            "100.00   1.0    1.0       1  ██▌\n"
            "    ──  spread 0.50 (0.50 %)\n"
            " 99.50   1.5    1.5       1  ███▊\n"
            " 99.00   2.5    4.0       3  ██████████\n");
}

TEST(BookView, DepthBoundsBothSides) {
  const json::Document value =
      book(R"({"bids":[["9","1",1],["8","1",1]],"asks":[["10","1",1],["11","1",1]]})");
  BookLook look;
  look.depth = 1;
  const std::string view = book_view("X-Y", value, look);
  EXPECT_THAT(view, HasSubstr("10"));
  EXPECT_THAT(view, Not(HasSubstr("\n   11")));
  EXPECT_THAT(view, HasSubstr("spread 1 (11.11 %)"));
}

TEST(BookView, OneSidedAndEmptyBooks) {
  EXPECT_EQ(book_view("X-Y", book(R"({"bids":[],"asks":[]})"), {}), "the book of X-Y is empty\n");
  EXPECT_THAT(book_view("X-Y", book(R"({"bids":[["9","1",1]],"asks":[]})"), {}),
              HasSubstr("no spread: one side is empty"));
  EXPECT_THAT(book_view("X-Y", book(R"({"bids":[["9","1",1]],"asks":[["8","1",1]]})"), {}),
              HasSubstr("crossed"));
}

TEST(BookView, SuspendedOrdersAndIndicationsAreSaid) {
  const std::string view =
      book_view("X-Y",
                book(R"({"bids":[],"asks":[],"suspended":3,"indications":[{"peer":"old\u001b[2J",)"
                     R"("id":"1","side":"buy","price":"9","size":"2"}]})"),
                {});
  EXPECT_THAT(view, HasSubstr("3 orders are suspended"));
  EXPECT_THAT(view, HasSubstr("buy   9  2  old?[2J"));
}

TEST(BookView, NonsenseDoesNoHarm) {
  const std::string long_text = R"({"bids":[["0.)" + std::string(300, '1') + R"(","1.)" +
                                std::string(300, '1') + R"(",1]],"asks":[["1","1",1]]})";
  for (const std::string& text : std::vector<std::string>{
           long_text, "{}", "[]", R"({"bids":7})",
           R"({"bids":[7,[],["x"],["1","y",0]],"asks":[[{},{}]]})",
           R"({"bids":[["0","9223372036854775807",1],["0","9223372036854775807",1]],)"
           R"("asks":[["1","1",1]]})"}) {
    EXPECT_FALSE(book_view("X-Y", book(text), {}).empty()) << text;
  }
}

}  // namespace
}  // namespace syrah::cli
