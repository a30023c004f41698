#include "cli/completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace syrah::cli {
namespace {

std::string names_of(const std::vector<CompletedCommand>& commands) {
  std::vector<std::string> names;
  names.reserve(commands.size());
  for (const CompletedCommand& command : commands) names.push_back(command.name);
  return fmt::format("{}", fmt::join(names, " "));
}

// ---- bash --------------------------------------------------------------------------------------

/// What sets COMPREPLY for a word of that kind.
std::string bash_reply(const CompletedWord& word) {
  switch (word.kind) {
    case WordKind::kFile:
      return "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$word\"))";
    case WordKind::kInstrument:
      return "COMPREPLY=($(compgen -W \"$(syrah completion instruments 2>/dev/null)\" -- "
             "\"$word\"))";
    case WordKind::kChoice:
      return fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$word\"))",
                         fmt::join(word.choices, " "));
    case WordKind::kAny:
      break;
  }
  return ":";
}

/// Cases of "COMMAND|OPTION BEFORE" and "COMMAND#PLACE", for a command and those below it.
void bash_cases(const CompletedCommand& command, const std::string& path, std::string& before,
                std::string& places, std::string& options) {
  std::string flags;
  for (const CompletedOption& option : command.options) {
    flags += (flags.empty() ? "" : " ") + option.name;
    if (!option.takes_value) continue;
    before +=
        fmt::format("    '{}|{}') {}; return ;;\n", path, option.name, bash_reply(option.value));
  }
  options += fmt::format("    '{}') flags='{}' ;;\n", path, flags);
  for (std::size_t at = 0; at < command.places.size(); ++at) {
    places += fmt::format("    '{}#{}') {} ;;\n", path, at, bash_reply(command.places[at]));
  }
  if (!command.commands.empty()) {
    places += fmt::format("    '{}#0') COMPREPLY=($(compgen -W '{}' -- \"$word\")) ;;\n", path,
                          names_of(command.commands));
  }
  for (const CompletedCommand& below : command.commands) {
    bash_cases(below, path + " " + below.name, before, places, options);
  }
}

/// Options of any command that take a value, which is no word of its own.
void value_options(const CompletedCommand& command, std::vector<std::string>& names) {
  for (const CompletedOption& option : command.options) {
    if (option.takes_value) names.push_back(option.name);
  }
  for (const CompletedCommand& below : command.commands) value_options(below, names);
}

void paths(const CompletedCommand& command, const std::string& path,
           std::vector<std::string>& all) {
  for (const CompletedCommand& below : command.commands) {
    all.push_back(fmt::format("'{} {}'", path, below.name));
    paths(below, path + " " + below.name, all);
  }
}

// ---- zsh ---------------------------------------------------------------------------------------

/// Text within single quotes.
std::string single_quoted(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out;
}

/// A description within the brackets of _arguments, or before a colon.
std::string described(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return single_quoted(out);
}

std::string zsh_word(const CompletedWord& word) {
  switch (word.kind) {
    case WordKind::kFile:
      return "file:_files";
    case WordKind::kInstrument:
      return "instrument:_syrah_instruments";
    case WordKind::kChoice:
      return fmt::format("word:({})", fmt::join(word.choices, " "));
    case WordKind::kAny:
      break;
  }
  return "word: ";
}

std::string function_name(const std::string& path) {
  std::string name = "_" + path;
  for (char& c : name) {
    if (c == ' ' || c == '-') c = '_';
  }
  return name;
}

void zsh_function(const CompletedCommand& command, const std::string& path, std::string& out) {
  out += function_name(path) + "() {\n";
  std::string arguments;
  for (const CompletedOption& option : command.options) {
    arguments += fmt::format(" \\\n    '{}[{}]{}'", option.name, described(option.description),
                             option.takes_value ? ":" + zsh_word(option.value) : "");
  }
  for (const CompletedWord& place : command.places) {
    arguments += fmt::format(" \\\n    ':{}'", zsh_word(place));
  }
  if (command.commands.empty()) {
    out += fmt::format("  _arguments -s{}\n}}\n\n", arguments);
    return;
  }
  out += "  local state line\n  local -a commands\n  commands=(\n";
  for (const CompletedCommand& below : command.commands) {
    out += fmt::format("    '{}:{}'\n", below.name, single_quoted(below.description));
  }
  out += fmt::format(
      "  )\n  _arguments -C{} \\\n    '1:command:->command' \\\n    '*::word:->words'\n",
      arguments);
  out +=
      "  case $state in\n  command) _describe command commands ;;\n  words)\n    case $line[1] "
      "in\n";
  for (const CompletedCommand& below : command.commands) {
    out += fmt::format("    {}) {} ;;\n", below.name, function_name(path + " " + below.name));
  }
  out += "    esac ;;\n  esac\n}\n\n";
  for (const CompletedCommand& below : command.commands) {
    zsh_function(below, path + " " + below.name, out);
  }
}

}  // namespace

std::string bash_completion(const CompletedCommand& program) {
  std::string before;
  std::string places;
  std::string options;
  bash_cases(program, program.name, before, places, options);
  std::vector<std::string> with_value;
  value_options(program, with_value);
  std::vector<std::string> known;
  paths(program, program.name, known);
  return fmt::format(
      R"(# Completion of {0} for bash: source <({0} completion bash)
_{0}() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}
  local path={0} place=0 flags= at
  COMPREPLY=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    case ${{COMP_WORDS[at]}} in
    {1}) ((at++)) ;;
    -*) ;;
    *)
      case "$path ${{COMP_WORDS[at]}}" in
      {2}) path+=" ${{COMP_WORDS[at]}}" ;;
      *) ((place++)) ;;
      esac ;;
    esac
  done
  case "$path|$before" in
{3}  esac
  if [[ $word != -* ]]; then
    case "$path#$place" in
{4}    esac
    return
  fi
  case $path in
{5}  esac
  COMPREPLY=($(compgen -W "$flags" -- "$word"))
}}
complete -F _{0} {0}
)",
      program.name, fmt::join(with_value, "|"), fmt::join(known, "|"), before, places, options);
}

std::string zsh_completion(const CompletedCommand& program) {
  std::string functions;
  zsh_function(program, program.name, functions);
  return fmt::format(
      "#compdef {0}\n# Completion of {0} for zsh: source <({0} completion zsh), or a file _{0} in "
      "a "
      "folder of $fpath\n\n"
      "_{0}_instruments() {{\n"
      "  local -a names\n"
      "  names=(${{(f)\"$({0} completion instruments 2>/dev/null)\"}})\n"
      "  compadd -a names\n"
      "}}\n\n"
      "{1}"
      "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then\n"
      "  _{0} \"$@\"\n"
      "else\n"
      "  compdef _{0} {0}\n"
      "fi\n",
      program.name, functions);
}

}  // namespace syrah::cli
