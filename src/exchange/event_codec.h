#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "exchange/event.h"

namespace syrah::exchange {

/// The entry text of an event: {"seq":7,"time":[ms,counter],"event":"order",...}. Prices and
/// quantities are decimal text in the steps of the instrument, which is named in every event that
/// has one. `instruments` must know it. Members that have their default value are left out.
std::string encode_event(const Recorded& recorded, const Instruments& instruments);
/// Appends it.
void write_event(std::string& out, const Recorded& recorded, const Instruments& instruments);

/// The reverse. `instruments` are those that the home declared earlier in the same feed. Errors
/// name the member that is missing or wrong.
base::Result<Recorded> decode_event(const NodeId& home, std::string_view text,
                                    const Instruments& instruments);

}  // namespace syrah::exchange
