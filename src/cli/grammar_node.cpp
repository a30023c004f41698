// The words of the node: node, peers, status, connect, disconnect.

#include "cli/command_tree.h"

namespace syrah::cli {

void add_node_commands(CommandTree& tree) {
  Arguments& arguments = tree.arguments();
  tree.add_plain("node", "Run a node. Environment variables configure it.",
                 "DATA_DIR=/var/lib/syrah syrah node", tree.surroundings().run_node);
  CLI::App* const peers_command =
      tree.add("peers", "Show the nodes this node is connected with, and how they were found.",
               "peers --watch",
               [&arguments](const Session& session) { return peers(session, arguments.watch); });
  peers_command->add_flag("--watch", arguments.watch, "again every 2 s, until Ctrl-C");
  tree.add("status", "Show the node and the feeds it follows.", "status --json",
           [](const Session& session) { return status(session); });
  CLI::App* const command = tree.add(
      "connect", "Make the node dial a peer.", "connect 192.168.1.7:3000",
      [&arguments](const Session& session) { return connect(session, arguments.address); });
  command->add_option("ADDRESS", arguments.address, "host:port")->required();
  CLI::App* const disconnect_command = tree.add(
      "disconnect", "Part from a peer; it is not dialled again until you connect.",
      "disconnect alice",
      [&arguments](const Session& session) { return disconnect(session, arguments.address); });
  disconnect_command->add_option("PEER", arguments.address, "name, id or host:port")->required();
}

}  // namespace syrah::cli
