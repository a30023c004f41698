#pragma once

#include <cstddef>

namespace syrah::daemon {

/// Raises the process's limit of open files to what a full node needs, as far as the system lets
/// it. Gives how many connections with peers then fit beside clients and files.
std::size_t make_room_for_connections();

}  // namespace syrah::daemon
