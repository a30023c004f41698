// The words of the market: book, trades.

#include "cli/command_tree.h"

namespace syrah::cli {

void add_market_commands(CommandTree& tree) {
  Arguments& arguments = tree.arguments();
  CLI::App* const book_command =
      tree.add("book", "Show the order book.", "book BTC-USD --depth 20",
               [&arguments](const Session& session) {
                 return book(session, arguments.instrument, arguments.depth);
               });
  book_command->add_option("INSTRUMENT", arguments.instrument, "as BTC-USD")->required();
  book_command->add_option("--depth", arguments.depth, "prices a side")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();

  CLI::App* const trades_command =
      tree.add("trades", "Show the newest trades of everyone.", "trades BTC-USD --limit 50",
               [&arguments](const Session& session) {
                 return trades(session, arguments.instrument, arguments.limit);
               });
  trades_command->add_option("INSTRUMENT", arguments.instrument, "as BTC-USD")->required();
  tree.add_limit(trades_command);
}

}  // namespace syrah::cli
