#include "cli/command_line.h"

#include "cli/command_tree.h"

namespace syrah::cli {

int run_with(std::vector<std::string> arguments, const Surroundings& surroundings) {
  CommandTree tree(surroundings);
  add_node_commands(tree);
  add_trade_commands(tree);
  add_market_commands(tree);
  add_key_commands(tree);
  add_stream_commands(tree);
  add_completion_command(tree);
  return tree.run(std::move(arguments));
}

}  // namespace syrah::cli
