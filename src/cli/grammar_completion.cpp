// The word that tells shells of all the others.

#include <algorithm>
#include <memory>

#include "cli/command_tree.h"
#include "cli/commands_stream.h"
#include "cli/completion.h"
#include "cli/style.h"

namespace syrah::cli {
namespace {

/// A shell asks while somebody holds the Tab key.
constexpr std::int64_t kInstrumentsMs = 500;

/// The type of an option with CLI::IsMember ends in the words that it takes: "TEXT:{gtc,ioc}".
std::vector<std::string> choices_of(const std::string& type) {
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}', open == std::string::npos ? 0 : open);
  if (open == std::string::npos || close == std::string::npos) return {};
  return CLI::detail::split(type.substr(open + 1, close - open - 1), ',');
}

CompletedWord word_of(const CLI::Option& option, const std::string& name) {
  CompletedWord word;
  word.choices = choices_of(option.get_type_name());
  if (!word.choices.empty()) {
    word.kind = WordKind::kChoice;
  } else if (name == "FILE" || name.ends_with("-file")) {
    word.kind = WordKind::kFile;
  } else if (name == "INSTRUMENT" || name == "--instrument") {
    word.kind = WordKind::kInstrument;
  }
  return word;
}

CompletedCommand command_of(const CLI::App& app) {
  CompletedCommand command;
  command.name = app.get_name();
  command.description = app.get_description();
  for (const CLI::Option* const option : app.get_options()) {
    if (option->get_positional()) {
      command.places.push_back(word_of(*option, option->get_name(true)));
      continue;
    }
    for (const std::string& name : option->get_lnames()) {
      CompletedOption completed;
      completed.name = "--" + name;
      completed.description = option->get_description();
      completed.takes_value = option->get_items_expected_max() > 0;
      completed.value = word_of(*option, completed.name);
      command.options.push_back(std::move(completed));
    }
  }
  for (const CLI::App* const below : app.get_subcommands({})) {
    command.commands.push_back(command_of(*below));
  }
  return command;
}

int print_instruments(const Session& session) {
  net::HttpCall call = session.client.call_for("/node");
  call.timeout_ms = kInstrumentsMs;
  const auto answer = session.client.answer_of(session.surroundings.send(call));
  if (!answer) return fail(session, answer.error());
  if (const json::Value* const names = answer->value.find("instruments")) {
    for (const json::Value& name : names->items()) {
      session.surroundings.out << printable(name.string().value_or("")) << '\n';
    }
  }
  return kExitDone;
}

}  // namespace

void add_completion_command(CommandTree& tree) {
  const auto shell = std::make_shared<std::string>();
  CLI::App* const command =
      tree.add_plain("completion", "Print what makes bash or zsh complete the words of syrah.",
                     "source <(syrah completion bash)\n"
                     "syrah completion zsh >~/.zsh/completions/_syrah",
                     [&tree, shell] {
                       if (*shell == "instruments") return print_instruments(tree.session());
                       const CompletedCommand program = command_of(tree.app());
                       tree.surroundings().out << (*shell == "bash" ? bash_completion(program)
                                                                    : zsh_completion(program));
                       return kExitDone;
                     });
  command
      ->add_option("SHELL", *shell,
                   "bash or zsh; instruments prints the names of the node's, for their scripts")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "instruments"}));
  tree.add_address(command);
}

}  // namespace syrah::cli
