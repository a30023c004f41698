#pragma once

// The gzip format (RFC 1952) of whole texts, as JavaScript peers may wrap RPC requests in.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace syrah::net {

/// The text as one gzip member.
std::string gzip(std::string_view bytes);

/// The text of one gzip member. No more than `bytes_max` is ever unpacked: a member that holds
/// more is an error like one that is broken, cut short or followed by anything.
base::Result<std::string> gunzip(std::string_view bytes, std::size_t bytes_max);

}  // namespace syrah::net
