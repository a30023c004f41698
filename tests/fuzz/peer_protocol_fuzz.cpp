// The bytes are the text of a message. Whatever they are, reading ends with a message or an error;
// a message that was read is written as text that reads as the same message, in every spelling.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "p2p/peer_protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace syrah::p2p;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto decoded = decode_message(text);
  if (!decoded) {
    SYRAH_CHECK(!decoded.error().message.empty(), "an error that says nothing");
    return 0;
  }
  if (!decoded->message) return 0;
  SYRAH_CHECK(type_of(decoded->message->body) == decoded->type, "another type than was said");
  for (const bool envelope : {false, true}) {
    Spelling spelling;
    spelling.envelope_all = envelope;
    spelling.design_documents = envelope;
    spelling.peer_name = "peer";
    Message message = *decoded->message;
    if (message.timestamp_ms == 0) message.timestamp_ms = 1;  // a fraction of one was read
    const std::string written = encode_message(message, spelling);
    const auto again = decode_message(written);
    SYRAH_CHECK(again.ok() && again->message, "what was written cannot be read");
    SYRAH_CHECK(encode_message(*again->message, spelling) == written, "it means something else");
  }
  return 0;
}
