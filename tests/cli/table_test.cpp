#include "cli/table.h"

#include <gtest/gtest.h>

#include <sstream>

namespace syrah::cli {
namespace {

std::string text_of(const Table& table, bool colour = false) {
  std::ostringstream out;
  table.print(out, colour);
  return out.str();
}

TEST(Table, ColumnsAreAligned) {
  Table table({{"side"}, {"price", Align::kRight}, {"note"}});
  EXPECT_TRUE(table.empty());
  table.add({std::string("buy"), std::string("9.50"), std::string("x")});
  table.add({std::string("sell"), std::string("12000.00"), std::string("")});
  EXPECT_EQ(text_of(table),
            "side     price  note\n"
            "buy       9.50  x\n"
            "sell  12000.00\n");
}

TEST(Table, CharactersCountNotBytes) {
  Table table({{"a"}, {"b"}});
  table.add({std::string("\xc3\xa9"), std::string("1")});
  table.add({std::string("ee"), std::string("2")});
  EXPECT_EQ(text_of(table), "a   b\n\xc3\xa9   1\nee  2\n");
}

TEST(Table, ColoursDoNotShiftColumnsAndCanBeOff) {
  Table table({{"side"}, {"price"}});
  table.add({Cell("buy", Colour::kGreen), std::string("1")});
  EXPECT_EQ(text_of(table), "side  price\nbuy   1\n");
  EXPECT_EQ(text_of(table, true),
            "\x1b[2mside\x1b[0m  \x1b[2mprice\x1b[0m\n\x1b[32mbuy\x1b[0m   1\n");
}

TEST(Table, TextFromElsewhereCannotControlTheTerminal) {
  Table table({{"name"}});
  table.add(
      {std::string("a\x1b[2Jb\n\x7f\xc2\x9b"
                   "1m")});
  EXPECT_EQ(text_of(table), "name\na?[2Jb???1m\n");
}

}  // namespace
}  // namespace syrah::cli
