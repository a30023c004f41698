#include "doctor/findings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>

#include "doctor/limits.h"

namespace syrah::doctor {
namespace {

class Examination {
 public:
  Examination(const Machine& machine, const NodeReport& node,
              const std::optional<OutsideClock>& outside)
      : machine_(machine), node_(node), outside_(outside), running_(node.trouble.empty()) {}

  std::vector<Finding> run() {
    configuration();
    the_node();
    ports();
    disk();
    keys();
    clock();
    peers();
    grapes();
    return std::move(findings_);
  }

 private:
  void add(Level level, std::string_view check, std::string what, std::string advice = "") {
    findings_.push_back({level, std::string(check), std::move(what), std::move(advice)});
  }

  void configuration() {
    constexpr std::string_view kCheck = "configuration";
    for (const std::string& error : machine_.config_errors) {
      add(Level::kWrong, kCheck, error, "change or unset the variable; see .env.example");
    }
    for (const std::string& warning : machine_.config_warnings) {
      add(Level::kNote, kCheck, warning, "is it misspelt? .env.example has all names");
    }
    if (!machine_.env_file_beside.empty()) {
      add(Level::kNote, kCheck,
          fmt::format("{} is here and was not looked at", machine_.env_file_beside),
          "./run reads it; to check with it: syrah doctor --env-file .env");
    }
    if (machine_.config_errors.empty()) {
      add(Level::kGood, kCheck, fmt::format("it can start, in the mode {}", machine_.mode));
    }
    const std::int64_t wanted = machine_.peers_max + kDescriptorsBeside;
    if (machine_.descriptors_max >= 0 && machine_.descriptors_max < wanted) {
      add(Level::kWrong, kCheck,
          fmt::format("a process may have {} open files, and MAX_PEERS={} needs {}",
                      machine_.descriptors_max, machine_.peers_max, wanted),
          fmt::format("ulimit -n {}, LimitNOFILE of the service, or fewer MAX_PEERS", wanted));
    }
  }

  void the_node() {
    constexpr std::string_view kCheck = "node";
    if (running_) {
      const bool well = node_.state == "running";
      add(well ? Level::kGood : Level::kWrong, kCheck,
          fmt::format("{} is {} at {}", node_.name, node_.state, node_.api),
          well ? "" : "wait a little and look again; its log says what it waits for");
      if (!node_.key_trouble.empty()) {
        add(Level::kWrong, kCheck, node_.key_trouble,
            "name the node's own key file with --key-file or SYRAH_API_KEY_FILE");
      }
      for (const std::string& home : node_.feeds_forked) {
        add(Level::kWrong, kCheck, fmt::format("the home {} wrote two histories", home),
            "its orders are not believed any more; ask its operator, who may have restored a "
            "backup");
      }
      if (!node_.feeds_silent.empty()) {
        add(Level::kNote, kCheck,
            fmt::format("homes that cannot be reached now: {}",
                        fmt::join(node_.feeds_silent, ", ")),
            "their orders are suspended until they are back");
      }
    } else if (node_.refused) {
      add(Level::kWrong, kCheck, node_.trouble,
          "is SYRAH_API (--api) the address of a node? Another program may answer there");
    } else if (!machine_.disk.held_by.empty()) {
      add(Level::kWrong, kCheck,
          fmt::format("{} holds {}, but {}", machine_.disk.held_by, machine_.disk.directory,
                      node_.trouble),
          "set SYRAH_API to its API_HOST and API_PORT; else look into its log");
    } else {
      add(Level::kNote, kCheck, "none runs here: " + node_.trouble, "start one: syrah node");
    }
  }

  /// Where a node runs here, the ports are its own.
  void ports() {
    constexpr std::string_view kCheck = "ports";
    if (!machine_.disk.held_by.empty()) {
      add(Level::kGood, kCheck, "they are in use by the node");
      return;
    }
    for (const Port& port : machine_.ports) {
      if (port.trouble.empty()) {
        add(Level::kGood, kCheck, fmt::format("{} ({}) is free", port.address, port.variable));
      } else {
        add(Level::kWrong, kCheck, port.trouble,
            fmt::format("end the program that has it (ss -ltnp shows it), or change {}",
                        port.variable));
      }
    }
  }

  void disk() {
    constexpr std::string_view kCheck = "disk";
    const Disk& disk = machine_.disk;
    if (!disk.trouble.empty()) {
      add(Level::kWrong, kCheck, disk.trouble,
          "DATA_DIR must be a folder that this user can write to");
      return;
    }
    if (!disk.exists) {
      add(Level::kGood, kCheck,
          fmt::format("{} is not there yet: the first start makes it", disk.directory));
    }
    if (disk.free_bytes >= 0) {
      const std::string free =
          fmt::format("{} MiB are free for {}", disk.free_bytes >> 20U, disk.directory);
      if (disk.free_bytes < kFreeBytesMin) {
        add(Level::kWrong, kCheck, free, "make room: a node stops when it cannot write");
      } else if (disk.free_bytes < kFreeBytesGood) {
        add(Level::kNote, kCheck, free, "make room before it gets less");
      } else {
        add(Level::kGood, kCheck, free);
      }
    }
    if (disk.sync_us >= 0) {
      const std::string sync = fmt::format("a durable write takes {}.{:02} ms", disk.sync_us / 1000,
                                           disk.sync_us % 1000 / 10);
      if (disk.sync_us > kSyncUsMax) {
        add(Level::kNote, kCheck, sync,
            "every order waits for one: a faster disk would answer sooner");
      } else {
        add(Level::kGood, kCheck, sync);
      }
    }
  }

  void keys() {
    constexpr std::string_view kCheck = "keys";
    bool good = true;
    bool any = false;
    for (const KeyFile& key : machine_.disk.keys) {
      any = any || key.exists;
      if (!key.trouble.empty()) {
        good = false;
        add(Level::kWrong, kCheck, key.trouble, "its owner must be the user that runs the node");
      } else if (key.exists && (key.mode & 0077U) != 0) {
        good = false;
        add(Level::kWrong, kCheck,
            fmt::format("others than its owner may use {} (mode {:o})", key.path, key.mode),
            fmt::format("chmod 600 {}; who has read it can act as you", key.path));
      }
    }
    if (good && any) add(Level::kGood, kCheck, "only their owner can read them");
  }

  void clock() {
    constexpr std::string_view kCheck = "clock";
    const std::size_t before = findings_.size();
    if (running_ && node_.clock_ahead_ms) {
      judge_clock(*node_.clock_ahead_ms, fmt::format("the node's ({})", node_.name));
    }
    std::vector<std::int64_t> of_peers;
    for (const PeerReport& peer : node_.peers) {
      if (peer.clock_ahead_ms) of_peers.push_back(*peer.clock_ahead_ms);
    }
    if (!of_peers.empty()) {
      // The median: one peer whose clock is wrong says nothing about ours.
      const auto middle = of_peers.begin() + static_cast<std::ptrdiff_t>(of_peers.size() / 2);
      std::nth_element(of_peers.begin(), middle, of_peers.end());
      judge_clock(*middle, fmt::format("that of its {} peers", of_peers.size()));
    }
    if (outside_) {
      if (!outside_->trouble.empty()) {
        add(Level::kNote, kCheck, outside_->trouble, "name another with --clock-from");
      } else {
        judge_clock(outside_->ahead_s * 1000, outside_->url);
      }
    }
    if (machine_.clock == ClockState::kFree) {
      add(Level::kNote, kCheck, "no time service keeps the clock of this machine right",
          "run one: chrony or systemd-timesyncd");
    } else if (machine_.clock == ClockState::kSynchronized && findings_.size() == before) {
      add(Level::kGood, kCheck, "a time service keeps it right");
    }
  }

  /// `ahead_ms`: of the other clock.
  void judge_clock(std::int64_t ahead_ms, const std::string& other) {
    constexpr std::string_view kCheck = "clock";
    const std::int64_t off = std::abs(ahead_ms);
    if (off <= kClockOffMs) {
      add(Level::kGood, kCheck, fmt::format("it agrees with {} to {} ms", other, off));
      return;
    }
    add(Level::kWrong, kCheck,
        fmt::format("{} is {}.{} s {}", other, off / 1000, off % 1000 / 100,
                    ahead_ms > 0 ? "ahead" : "behind"),
        "set the clocks by a time service (chrony, systemd-timesyncd): peers do not follow clocks "
        "that are 2 s ahead, and signed requests may be 30 s off at most");
  }

  void peers() {
    constexpr std::string_view kCheck = "peers";
    for (const Reach& peer : machine_.bootstrap) {
      if (peer.trouble.empty()) {
        add(Level::kGood, kCheck, fmt::format("{} answers", peer.address));
      } else {
        add(Level::kWrong, kCheck, fmt::format("{}: {}", peer.address, peer.trouble),
            "is a node running there, and no firewall between? Else take it out of "
            "BOOTSTRAP_PEERS");
      }
    }
    if (running_ && !node_.peers.empty()) {
      add(Level::kGood, kCheck, fmt::format("connected with {}", node_.peers.size()));
    } else if (running_ && machine_.looks_for_peers) {
      add(Level::kNote, kCheck, "the node is connected with nobody",
          "syrah peers shows what each source found; tell it of one: syrah connect HOST:PORT");
    } else if (!machine_.looks_for_peers) {
      add(Level::kNote, kCheck, "nothing says where peers are: the node waits until one comes",
          "set BOOTSTRAP_PEERS, or DISCOVERY_MDNS=true on a local network");
    }
  }

  void grapes() {
    constexpr std::string_view kCheck = "grapes";
    if (machine_.grapes.empty()) return;
    std::vector<std::string> silent;
    for (const Reach& grape : machine_.grapes) {
      if (grape.trouble.empty()) {
        add(Level::kGood, kCheck, fmt::format("{} answers", grape.address));
      } else {
        silent.push_back(fmt::format("{}: {}", grape.address, grape.trouble));
      }
    }
    const bool none = silent.size() == machine_.grapes.size();
    for (std::string& what : silent) {
      if (none && machine_.mode == "legacy") {
        add(Level::kWrong, kCheck, std::move(what),
            "in legacy mode all goes through a Grape: start it, or change GRAPE_URL");
      } else {
        add(Level::kNote, kCheck, std::move(what),
            "fine without Grapes: DISCOVERY_GRENACHE=false says so; else change GRAPE_URL");
      }
    }
  }

  const Machine& machine_;
  const NodeReport& node_;
  const std::optional<OutsideClock>& outside_;
  bool running_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> examine(const Machine& machine, const NodeReport& node,
                             const std::optional<OutsideClock>& outside) {
  return Examination(machine, node, outside).run();
}

bool all_well(const std::vector<Finding>& findings) {
  return std::none_of(findings.begin(), findings.end(),
                      [](const Finding& finding) { return finding.level == Level::kWrong; });
}

}  // namespace syrah::doctor
