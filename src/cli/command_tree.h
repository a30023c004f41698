#pragma once

// The commands by name, and what each does. Each group of commands adds its own branches, in a file
// of its own; the completion of shells is made from the whole.

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/surroundings.h"

namespace syrah::cli {

class CommandTree {
 public:
  using Action = std::function<int(const Session&)>;

  /// `surroundings` must outlive this.
  explicit CommandTree(const Surroundings& surroundings);

  /// A command that asks a node: with --api, --key-file and --json. `examples` are one a line;
  /// the program's name is put before those that lack it. A `parent` makes it the second word of a
  /// command.
  CLI::App* add(const std::string& name, const std::string& what, const std::string& examples,
                Action action, CLI::App* parent = nullptr);
  /// A command that does not, or not with these options.
  CLI::App* add_plain(const std::string& name, const std::string& what, const std::string& examples,
                      std::function<int()> action, CLI::App* parent = nullptr);

  /// --limit N
  void add_limit(CLI::App* command);
  /// --api and --key-file, for commands that add_plain() made.
  void add_address(CLI::App* command);

  [[nodiscard]] Session session() const;
  Arguments& arguments() { return arguments_; }
  [[nodiscard]] const Surroundings& surroundings() const { return surroundings_; }
  [[nodiscard]] const CLI::App& app() const { return app_; }

  /// Reads the words (without the program's name), does what they say and gives the exit status.
  int run(std::vector<std::string> words);

 private:
  const Surroundings& surroundings_;
  Arguments arguments_;
  CLI::App app_{"A node of a peer-to-peer exchange, and the command line to trade on it.", "syrah"};
  std::function<int()> action_;
};

/// Each adds a group of commands.
void add_trade_commands(CommandTree& tree);
void add_market_commands(CommandTree& tree);
void add_node_commands(CommandTree& tree);
void add_key_commands(CommandTree& tree);
void add_stream_commands(CommandTree& tree);
void add_completion_command(CommandTree& tree);

}  // namespace syrah::cli
