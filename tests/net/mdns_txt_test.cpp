#include "net/mdns_txt.h"

#include <gtest/gtest.h>

#include <vector>

namespace syrah::net {
namespace {

base::NodeId an_id() { return *base::NodeId::parse(std::string(64, 'a')); }

std::optional<MdnsTxt> read(const std::vector<std::string>& texts) {
  AvahiStringList* list = nullptr;
  for (const std::string& text : texts) {
    list = avahi_string_list_add_arbitrary(list, reinterpret_cast<const std::uint8_t*>(text.data()),
                                           text.size());
  }
  const AvahiStrings owned(list, &avahi_string_list_free);
  return read_txt(owned.get());
}

const std::string kId = "id=" + std::string(64, 'a');

TEST(MdnsTxtTest, WhatIsWrittenIsReadBack) {
  const MdnsTxt written{.id = an_id(), .version = "3", .network = "test net"};
  const AvahiStrings strings = write_txt(written);
  const auto seen = read_txt(strings.get());
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->id, written.id);
  EXPECT_EQ(seen->version, "3");
  EXPECT_EQ(seen->network, "test net");
}

TEST(MdnsTxtTest, OtherKeysAndTheCaseOfKeysDoNotMatter) {
  EXPECT_TRUE(read({"org.example=1", "ID=" + std::string(64, 'a'), "flag", "V=1", "Net=main"}));
}

TEST(MdnsTxtTest, WhatIsMissingOrStrangeMakesItNoNode) {
  ASSERT_TRUE(read({kId, "v=1", "net=main"}));
  EXPECT_FALSE(read_txt(nullptr));
  EXPECT_FALSE(read({}));
  EXPECT_FALSE(read({"v=1", "net=main"}));
  EXPECT_FALSE(read({kId, "net=main"}));
  EXPECT_FALSE(read({kId, "v=1"}));
  EXPECT_FALSE(read({kId, "v", "net=main"}));
  EXPECT_FALSE(read({kId, "v=", "net=main"}));
  EXPECT_FALSE(read({kId, "v=1.0", "net=main"}));
  EXPECT_FALSE(read({kId, "v=1234567890", "net=main"}));
  EXPECT_FALSE(read({kId + "a", "v=1", "net=main"}));
  EXPECT_FALSE(read({"id=" + std::string(64, 'g'), "v=1", "net=main"}));
  EXPECT_FALSE(read({kId, "v=1", "net=" + std::string(65, 'n')}));
  EXPECT_FALSE(read({kId, "v=1", "net=a\nb"}));
  EXPECT_FALSE(read({kId, "v=1", std::string("net=a\0b", 7)}));
}

}  // namespace
}  // namespace syrah::net
