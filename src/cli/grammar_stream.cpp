// The words of the commands that ask more than once: watch, tail, export, replay, doctor.

#include <memory>

#include "cli/command_tree.h"
#include "cli/commands_stream.h"
#include "cli/order_csv.h"

namespace syrah::cli {
namespace {

void add_watch(CommandTree& tree) {
  Arguments& arguments = tree.arguments();
  CLI::App* const command = tree.add_plain(
      "watch", "Watch a market live: book, trades, your orders, peers.", "syrah watch BTC-USD",
      [&tree, &arguments] { return watch(tree.session(), arguments.instrument); });
  command->footer(
      command->get_footer() +
      "\n\nKeys: q or Ctrl-C quits, space pauses, the arrows left and right go to the "
      "next instrument,\nCtrl-L draws all again. A dot marks prices of your own orders.");
  command->add_option("INSTRUMENT", arguments.instrument, "as BTC-USD")->required();
  tree.add_address(command);
}

void add_tail(CommandTree& tree) {
  const auto terms = std::make_shared<TailTerms>();
  CLI::App* const command = tree.add_plain("tail", "Print trades as they happen, until Ctrl-C.",
                                           "syrah tail BTC-USD\nsyrah tail --json | jq -r .price",
                                           [&tree, terms] { return tail(tree.session(), *terms); });
  command->add_option("INSTRUMENT", terms->instrument, "as BTC-USD; without one: all of them");
  command->add_option("--lines", terms->lines, "so many of the newest trades first")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  tree.add_address(command);
  command->add_flag("--json", tree.arguments().json, "one JSON object a line");
}

void add_export(CommandTree& tree) {
  const auto terms = std::make_shared<ExportTerms>();
  CLI::App* const command =
      tree.add_plain("export", "Write all trades, or your orders or fills, for other programs.",
                     "syrah export trades --from 2026-11-01 --to 2026-12-01 >november.csv\n"
                     "syrah export fills --json --instrument BTC-USD\n"
                     "syrah export orders --from 2026-11-21T07:30:00Z",
                     [&tree, terms] { return export_rows(tree.session(), *terms); });
  command->footer(command->get_footer() +
                  "\n\nRows come oldest first. Prices and sizes are exact decimals, times are UTC. "
                  "Trades of several\ninstruments come one instrument after the other; their side "
                  "is the maker's.");
  command->add_option("WHAT", terms->what, "trades, orders or fills")
      ->required()
      ->check(CLI::IsMember({"trades", "orders", "fills"}));
  CLI::Option* const json = command->add_flag("--json", terms->json, "one JSON object a line");
  command->add_flag("--csv")
      ->description("comma-separated values with a head line (usual)")
      ->excludes(json);
  command->add_option("--from", terms->from,
                      "not before this time or day, as 2026-11-21T07:30:00Z");
  command->add_option("--to", terms->to, "before this time or day");
  command->add_option("--instrument", terms->instrument, "only of this");
  tree.add_address(command);
}

void add_replay(CommandTree& tree) {
  const auto terms = std::make_shared<ReplayTerms>();
  CLI::App* const command =
      tree.add_plain("replay", "Play a file of orders into a node.",
                     "syrah replay orders.csv\n"
                     "syrah replay AAPL_message_50.csv.gz --instrument AAPL-USD --in-flight 64\n"
                     "syrah replay orders.csv --speed 10",
                     [&tree, terms] { return replay(tree.session(), *terms); });
  command->footer(command->get_footer() + "\n\n" + kOrderCsvHelp);
  command->add_option("FILE", terms->file, "orders, see below; - is the standard input")
      ->required();
  command->add_option("--instrument", terms->instrument, "of rows that name none");
  command->add_option("--sell-key-file", terms->sell_key_file,
                      "key of another account, which places the sells: an account never trades "
                      "with itself");
  command->add_option("--in-flight", terms->in_flight, "requests under way at a time")
      ->check(CLI::Range(1, 200))
      ->capture_default_str();
  CLI::Option* const rate =
      command->add_option("--rate", terms->rate, "so many rows a second (usual: as many as it can)")
          ->check(CLI::Range(1, 1'000'000));
  command
      ->add_option("--speed", terms->speed,
                   "by the times of the file: 1 as they were, 10 ten times as fast")
      ->check(CLI::Range(0.001, 1'000'000.0))
      ->excludes(rate);
  tree.add_address(command);
  command->add_flag("--json", tree.arguments().json, "the summary as JSON");
}

void add_doctor(CommandTree& tree) {
  const auto terms = std::make_shared<DoctorTerms>();
  CLI::App* const command =
      tree.add_plain("doctor", "Look for what is wrong here, and say what to do.",
                     "syrah doctor\nsyrah doctor --env-file .env",
                     [&tree, terms] { return examine(tree.session(), *terms); });
  command->footer(command->get_footer() +
                  "\n\nLooks at configuration, ports, disk, keys, clock, peers and Grapes; a node "
                  "that runs is asked, "
                  "too.\nExit status: 0 all is well, 1 something is wrong.");
  command->add_option("--env-file", terms->env_file,
                      "variables of the node, as ./run reads them; the environment counts more");
  command->add_option("--clock-from", terms->clock_from,
                      "URL of a web server to compare the clock with (usual: none)");
  tree.add_address(command);
  command->add_flag("--json", tree.arguments().json, "the findings as a JSON array");
}

}  // namespace

void add_stream_commands(CommandTree& tree) {
  add_watch(tree);
  add_tail(tree);
  add_export(tree);
  add_replay(tree);
  add_doctor(tree);
}

}  // namespace syrah::cli
