// The bytes are the payload of an RPC request to `p2p_exchange`. Whatever they are, reading ends
// with an order, a trade, an error or nothing; what was read can be told again and reads the same.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/check.h"
#include "p2p/legacy_message.h"

namespace {

using namespace syrah;
using namespace syrah::p2p;

template <class Body>
void check(const Body& body) {
  SYRAH_CHECK(check_legacy(body).ok(), "read, though it cannot be told");
  // Ids that have the shape only become others once, then they stay.
  LegacyWriter writer({}, 1);
  const auto read = read_legacy(*writer.write(body, {0, 1'700'000'000'000'000}));
  SYRAH_CHECK(read.ok() && *read, "what was written cannot be read");
  const auto& again = std::get<Body>((*read)->message.body);
  SYRAH_CHECK(again.id == legacy_id(body.id) && again.amount == body.amount &&
                  again.price == body.price && again.timestamp_ms == body.timestamp_ms,
              "it means something else");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto read = read_legacy(text);
  if (!read) {
    SYRAH_CHECK(!read.error().message.empty(), "an error that says nothing");
    return 0;
  }
  if (!*read) return 0;
  const Message& message = (*read)->message;
  if (const auto* const order = std::get_if<BasicOrder>(&message.body)) {
    check(*order);
  } else {
    check(std::get<BasicTrade>(message.body));
  }
  return 0;
}
