#pragma once

// What a shell needs to complete the words of a command line, made from the program's own commands.

#include <string>
#include <vector>

namespace syrah::cli {

/// What may stand in a place.
enum class WordKind : unsigned char { kAny, kFile, kInstrument, kChoice };

struct CompletedWord {
  WordKind kind = WordKind::kAny;
  std::vector<std::string> choices;
};

struct CompletedOption {
  std::string name;  ///< --depth
  std::string description;
  bool takes_value = false;
  CompletedWord value;
};

struct CompletedCommand {
  std::string name;
  std::string description;
  std::vector<CompletedOption> options;
  std::vector<CompletedWord> places;  ///< in their order
  std::vector<CompletedCommand> commands;
};

/// Scripts to be sourced. Instruments are asked of the node, by "syrah completion instruments".
std::string bash_completion(const CompletedCommand& program);
std::string zsh_completion(const CompletedCommand& program);

}  // namespace syrah::cli
