#include "sim/arguments.h"

#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>

namespace syrah::sim {
namespace {

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Plant {
  std::string_view name;
  bool node::PlantedBugs::*node_rule = nullptr;
  bool exchange::PlantedBugs::*exchange_rule = nullptr;
};

constexpr Plant kPlants[] = {
    {"send-before-durable", &node::PlantedBugs::send_before_durable, nullptr},
    {"trust-old-disk", &node::PlantedBugs::trust_old_disk, nullptr},
    {"ask-without-hold", nullptr, &exchange::PlantedBugs::ask_without_hold},
    {"forget-decisions", nullptr, &exchange::PlantedBugs::forget_decisions},
    {"refuse-without-record", nullptr, &exchange::PlantedBugs::refuse_without_record},
    {"release-by-timer", nullptr, &exchange::PlantedBugs::release_by_timer},
};

bool plant(std::string_view name, node::PlantedBugs& bugs) {
  for (const Plant& known : kPlants) {
    if (known.name != name) continue;
    if (known.node_rule != nullptr) bugs.*known.node_rule = true;
    if (known.exchange_rule != nullptr) bugs.exchange.*known.exchange_rule = true;
    return true;
  }
  return false;
}

/// "17" or "1-1000".
bool add_seeds(std::string_view text, std::vector<std::uint64_t>& seeds) {
  constexpr std::uint64_t kSeedsMax = 10'000'000;
  const std::size_t dash = text.find('-');
  const auto first = number(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : number(text.substr(dash + 1));
  if (!first || !last || *last < *first || *last - *first >= kSeedsMax) return false;
  for (std::uint64_t seed = *first; seed <= *last; ++seed) seeds.push_back(seed);
  return true;
}

/// Lines "<seed> <why it is remembered>"; # begins a comment.
base::Status add_seed_file(const std::string& path, std::vector<std::uint64_t>& seeds) {
  std::ifstream file(path);
  if (!file) return base::invalid("cannot read " + path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string seed;
    if (!(words >> seed) || seed.starts_with('#')) continue;
    if (!add_seeds(seed, seeds)) return base::invalid(path + ": '" + seed + "' is no seed");
  }
  return base::success();
}

}  // namespace

std::string usage() {
  std::string text =
      "syrah-sim --seed N [--quiet]          replays one seed with its trace\n"
      "syrah-sim --seeds A-B [--jobs J]      runs many\n"
      "syrah-sim --file seeds.txt            runs those remembered there\n"
      "  --grenache       peers find each other through a Grape; some are reached by tunnels only\n"
      "  --long           makes runs long enough for checkpoints and snapshots\n"
      "  --twice          runs each twice and compares the traces\n"
      "  --hashes         prints the hash of each trace\n"
      "  --plant RULE     switches a rule off:";
  for (const Plant& known : kPlants) text += " " + std::string(known.name);
  text += "\n  --expect-found   succeeds if some seed breaks a promise\n";
  return text;
}

base::Result<Arguments> read_arguments(const std::vector<std::string>& words) {
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const std::string value = i + 1 < words.size() ? words[i + 1] : "";
    bool good = true;
    if (word == "--quiet") {
      arguments.quiet = true;
    } else if (word == "--long") {
      arguments.longer = true;
    } else if (word == "--grenache") {
      arguments.grenache = true;
    } else if (word == "--twice") {
      arguments.twice = true;
    } else if (word == "--hashes") {
      arguments.hashes = true;
    } else if (word == "--expect-found") {
      arguments.expect_found = true;
    } else {
      ++i;
      if (word == "--seed" || word == "--seeds") {
        arguments.one = word == "--seed";
        good = add_seeds(value, arguments.seeds);
      } else if (word == "--file") {
        const base::Status added = add_seed_file(value, arguments.seeds);
        if (!added) return added.error();
      } else if (word == "--jobs") {
        arguments.jobs = static_cast<std::uint32_t>(number(value).value_or(0));
        good = arguments.jobs >= 1 && arguments.jobs <= 64;
      } else if (word == "--plant") {
        arguments.plant = value;
        good = plant(value, arguments.planted);
      } else {
        return base::invalid("'" + word + "' is not known");
      }
    }
    if (!good) return base::invalid(word + " does not take '" + value + "'");
  }
  if (arguments.seeds.empty()) return base::invalid("no seeds");
  return arguments;
}

}  // namespace syrah::sim
