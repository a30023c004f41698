#pragma once

#include <string>
#include <string_view>

#include "cli/order_flow.h"

namespace syrah::cli {

/// The format, for --help.
extern const char* const kOrderCsvHelp;

/// A file of orders: a head line that names the columns, then one step a row. The error tells of
/// each bad row, with its line number.
base::Result<Flow> read_order_csv(std::string_view text, const std::string& file);

}  // namespace syrah::cli
