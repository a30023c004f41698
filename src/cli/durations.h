#pragma once

#include <cstdint>
#include <string>

namespace syrah::cli {

/// "1.2 ms"; "-" for what is not known, which is below 0.
std::string milliseconds(std::int64_t us);

}  // namespace syrah::cli
