#include "net/websocket_frame.h"

#include <gmock/gmock.h>

#include "net/limits.h"
#include "net/websocket_client.h"

namespace syrah::net {
namespace {

/// What was read of some bytes, given whole or in pieces.
struct Reading {
  explicit Reading(std::string_view bytes, std::size_t piece = SIZE_MAX) {
    while (!bytes.empty() && !failure) {
      failure = reader.read(bytes.substr(0, piece), messages);
      bytes.remove_prefix(std::min(piece, bytes.size()));
    }
  }
  std::vector<std::string> texts() const {
    std::vector<std::string> texts;
    for (const auto& message : messages) texts.push_back(message.payload);
    return texts;
  }
  std::uint16_t code() const { return failure ? failure->code : std::uint16_t{0}; }

  FrameReader reader;
  std::vector<FrameReader::Message> messages;
  std::optional<FrameReader::Failure> failure;
};

TEST(FrameReader, ReadsTextsOfAllSizesHoweverTheyCome) {
  const std::string texts[] = {"", "a", std::string(125, 'b'), std::string(126, 'c'),
                               std::string(kWebSocketMessageBytesMax, 'd')};
  std::string bytes;
  for (const std::string& text : texts) bytes += text_frame(text);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
    const Reading reading(bytes, piece);
    EXPECT_EQ(reading.code(), 0);
    EXPECT_THAT(reading.texts(), testing::ElementsAreArray(texts));
  }
}

TEST(FrameReader, JoinsFragmentsWithControlFramesBetween) {
  const Reading reading(masked_frame(0x01, "Hel") + masked_frame(0x89, "ping") +
                        masked_frame(0x00, "l") + masked_frame(0x80, "o"));
  ASSERT_EQ(reading.messages.size(), 2U);
  EXPECT_EQ(reading.messages[0].opcode, Opcode::kPing);
  EXPECT_EQ(reading.messages[0].payload, "ping");
  EXPECT_EQ(reading.messages[1].payload, "Hello");
}

TEST(FrameReader, RefusesAtTheHeaderWhatIsTooLarge) {
  // 3 GiB, announced and never sent.
  std::string announced = "\x81\xFF";
  for (const int byte : {0, 0, 0, 0, 0xC0, 0, 0, 0}) announced.push_back(static_cast<char>(byte));
  EXPECT_EQ(Reading(announced + "mask").code(), 1009);
  EXPECT_EQ(Reading(text_frame(std::string(kWebSocketMessageBytesMax + 1, 'a'))).code(), 1009);
  const std::string half(kWebSocketMessageBytesMax / 2 + 1, 'a');
  EXPECT_EQ(Reading(masked_frame(0x01, half) + masked_frame(0x80, half)).code(), 1009);
  std::string fragments = masked_frame(0x01, "");
  for (std::size_t i = 0; i < kWebSocketFragmentsMax; ++i) fragments += masked_frame(0x00, "");
  EXPECT_EQ(Reading(fragments).code(), 1009);
}

TEST(FrameReader, RefusesWhatBreaksTheProtocol) {
  EXPECT_EQ(Reading(std::string("\x81\x01") + "a").code(), 1002);  // not masked
  EXPECT_EQ(Reading(masked_frame(0xC1, "a")).code(), 1002);        // a reserved bit
  EXPECT_EQ(Reading(masked_frame(0x83, "a")).code(), 1002);        // an unknown opcode
  EXPECT_EQ(Reading(masked_frame(0x8B, "a")).code(), 1002);        // and among control frames
  EXPECT_EQ(Reading(masked_frame(0x09, "a")).code(), 1002);        // a ping in fragments
  EXPECT_EQ(Reading(masked_frame(0x89, std::string(126, 'a'))).code(), 1002);
  EXPECT_EQ(Reading(masked_frame(0x80, "a")).code(), 1002);  // continues nothing
  EXPECT_EQ(Reading(masked_frame(0x01, "a") + text_frame("b")).code(), 1002);
  EXPECT_EQ(Reading(std::string("\x81\xFE\x00\x01mask!", 9)).code(), 1002);  // a longer form
  EXPECT_EQ(Reading(masked_frame(0x82, "a")).code(), 1003);                  // not text
  EXPECT_EQ(Reading(text_frame("\xFF")).code(), 1007);                       // not UTF-8
}

TEST(FrameReader, AFrameIsWrittenUnmaskedInItsShortestForm) {
  const auto header = [](std::size_t size) {
    std::string frame;
    append_frame(frame, Opcode::kText, std::string(size, 'a'));
    return frame.substr(0, frame.size() - size);
  };
  EXPECT_EQ(header(125), "\x81\x7D");
  EXPECT_EQ(header(126), std::string("\x81\x7E\x00\x7E", 4));
  EXPECT_EQ(header(65535), "\x81\x7E\xFF\xFF");
  EXPECT_EQ(header(65536), std::string("\x81\x7F\x00\x00\x00\x00\x00\x01\x00\x00", 10));
  EXPECT_EQ(close_payload(1008, "no"), "\x03\xF0no");
  EXPECT_EQ(close_payload(1008, std::string(200, 'a')).size(), 125U);
}

}  // namespace
}  // namespace syrah::net
