#pragma once

#include <cstdint>
#include <string>

namespace syrah::net {

/// The phrase that follows a status code on the wire (RFC 9110). For people only.
std::string reason_phrase(std::uint16_t code);

}  // namespace syrah::net
