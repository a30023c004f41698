// The words of API keys and of what only the node can tell: keys, cancel-after, why, feeds, holds,
// forget.

#include "cli/command_tree.h"

namespace syrah::cli {
namespace {

void add_keys(CommandTree& tree) {
  Arguments& arguments = tree.arguments();
  CLI::App* const keys = tree.add_plain(
      "keys", "Make, list and revoke API keys, each with what it may do.", "keys list", {});
  keys->final_callback({});  // the second word says what to do
  keys->require_subcommand(1);
  CLI::App* const create = tree.add(
      "create", "Make an API key, and show it once or write it to a file.",
      "keys create --permissions view,trade --label bot --out bot.json",
      [&arguments](const Session& session) { return create_key(session, arguments.key); }, keys);
  KeyTerms& terms = arguments.key;
  create
      ->add_option("--permissions", terms.permissions,
                   "of view (see orders and fills), trade (place and cancel), manage (peers and "
                   "keys), comma-separated")
      ->delimiter(',')
      ->check(CLI::IsMember({"view", "trade", "manage"}))
      ->capture_default_str();
  create->add_option("--label", terms.label, "what it is for");
  create->add_option("--account", terms.account,
                     "whose orders it is about; usual is the account of the data folder's key");
  create->add_option("--out", terms.out,
                     "write a key file, for --key-file, that only you can read");
  tree.add(
      "list", "Show the API keys, without their secrets.", "keys list",
      [](const Session& session) { return list_keys(session); }, keys);
  CLI::App* const revoke = tree.add(
      "revoke", "End an API key at once.", "keys revoke 3f9c0d6b5a7e4f21a0b1c2d3e4f50617",
      [&arguments](const Session& session) { return revoke_key(session, arguments.id); }, keys);
  revoke->add_option("KEY", arguments.id, "as \"syrah keys list\" shows it")->required();
}

void add_switch(CommandTree& tree) {
  Arguments& arguments = tree.arguments();
  CLI::App* const command = tree.add(
      "cancel-after",
      "Cancel the open orders placed with this key in SECONDS, unless you say so again. 0 ends it.",
      "cancel-after 60",
      [&arguments](const Session& session) { return cancel_after(session, arguments.seconds); });
  command->add_option("SECONDS", arguments.seconds, "up to a day")
      ->required()
      ->check(CLI::Range(0, 86400));
}

void add_trace(CommandTree& tree) {
  Arguments& arguments = tree.arguments();
  CLI::App* const why_command =
      tree.add("why", "Tell why an order does not trade, or is not in the book.",
               "why 1f0c8a5e-0000-0000-0000-00000000002a",
               [&arguments](const Session& session) { return why(session, arguments.id); });
  why_command->add_option("ID", arguments.id, "the order's id, also of another node")->required();
  CLI::App* const feeds_command =
      tree.add("feeds", "Show the feeds of all nodes, or how one came here.", "feeds alice",
               [&arguments](const Session& session) { return feeds(session, arguments.id); });
  feeds_command->add_option("HOME", arguments.id, "its name, or 8 or more digits of its id");
  tree.add("holds", "Show the fills in doubt, and what they wait for.", "holds",
           [](const Session& session) { return holds(session); });
  CLI::App* const forget_command = tree.add(
      "forget", "Let a node that was made anew use its old name, which belongs to its old key.",
      "forget alice",
      [&arguments](const Session& session) { return forget(session, arguments.id); });
  forget_command->add_option("NAME", arguments.id, "the NODE_ID")->required();
}

}  // namespace

void add_key_commands(CommandTree& tree) {
  add_keys(tree);
  add_switch(tree);
  add_trace(tree);
}

}  // namespace syrah::cli
