#include "cli/command_tree.h"

#include <algorithm>
#include <string_view>

namespace syrah::cli {
namespace {

Arguments defaults(const Surroundings& surroundings) {
  Arguments arguments;
  arguments.api = surroundings.variable("SYRAH_API").value_or("http://127.0.0.1:8080");
  const std::string folder = surroundings.variable("DATA_DIR").value_or("./data");
  arguments.key_file =
      surroundings.variable("SYRAH_API_KEY_FILE").value_or(folder + "/api-key.json");
  return arguments;
}

/// "Example: syrah book BTC-USD", or several below each other.
std::string example_text(std::string_view examples) {
  std::string out;
  for (std::size_t from = 0; from < examples.size();) {
    const std::size_t end = std::min(examples.find('\n', from), examples.size());
    out += from == 0 ? "Example: " : "\n         ";
    const std::string_view example = examples.substr(from, end - from);
    if (example.find("syrah ") == std::string_view::npos) out += "syrah ";
    out += example;
    from = end + 1;
  }
  return out;
}

}  // namespace

CommandTree::CommandTree(const Surroundings& surroundings)
    : surroundings_(surroundings), arguments_(defaults(surroundings)) {
  app_.require_subcommand(1);
  app_.footer(
      "Exit status: 0 done, 1 refused, 2 wrong usage, 3 node not reachable.\n"
      "\"syrah COMMAND --help\" tells more of each.");
}

CLI::App* CommandTree::add(const std::string& name, const std::string& what,
                           const std::string& examples, Action action, CLI::App* parent) {
  CLI::App* const command = add_plain(
      name, what, examples, [this, action = std::move(action)] { return action(session()); },
      parent);
  add_address(command);
  command->add_flag("--json", arguments_.json, "print the API's own JSON");
  return command;
}

CLI::App* CommandTree::add_plain(const std::string& name, const std::string& what,
                                 const std::string& examples, std::function<int()> action,
                                 CLI::App* parent) {
  CLI::App* const command = (parent == nullptr ? &app_ : parent)->add_subcommand(name, what);
  command->footer(example_text(examples));
  command->final_callback([this, action = std::move(action)] { action_ = action; });
  return command;
}

void CommandTree::add_address(CLI::App* command) {
  command->add_option("--api", arguments_.api, "URL of the node's API (SYRAH_API)")
      ->capture_default_str();
  command
      ->add_option("--key-file", arguments_.key_file,
                   "file with the API key (SYRAH_API_KEY_FILE, else in DATA_DIR)")
      ->capture_default_str();
}

void CommandTree::add_limit(CLI::App* command) {
  command->add_option("--limit", arguments_.limit, "rows")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
}

Session CommandTree::session() const {
  return Session{surroundings_, Client(surroundings_, arguments_.api, arguments_.key_file),
                 arguments_.json};
}

int CommandTree::run(std::vector<std::string> words) {
  std::reverse(words.begin(), words.end());  // as CLI11 wants them
  try {
    app_.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    const bool help = error.get_exit_code() == 0;
    app_.exit(error, surroundings_.out, surroundings_.err);
    return help ? kExitDone : kExitUsage;
  }
  return action_();
}

}  // namespace syrah::cli
