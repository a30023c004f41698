#include "daemon/examine.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/timex.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "daemon/config.h"
#include "grenache/grape_answer.h"
#include "net/http_caller.h"
#include "net/probe.h"
#include "store/data_dir_lock.h"
#include "store/disk_probe.h"

namespace syrah::daemon {
namespace {

constexpr std::int64_t kReachMs = 2000;
/// The service of the old nodes; any name does.
constexpr const char* kService = "rest:util:net";

void look_at_ports(const Config& config, doctor::Machine& machine) {
  const auto look = [&machine](const char* variable, const base::Endpoint& at) {
    const base::Status free = net::can_listen(at);
    machine.ports.push_back({variable, at.text(), free ? "" : free.error().message});
  };
  if (config.p2p_enabled) look("P2P_PORT", {config.p2p_host, config.p2p_port});
  look("API_PORT", {config.api_host, config.api_port});
  if (config.discovery_grenache && config.rpc_port != 0) {
    look("RPC_PORT", {config.p2p_host, config.rpc_port});
  }
}

void look_at_keys(const std::filesystem::path& directory, doctor::Disk& disk) {
  for (const char* const name : {"node-key.json", "api-key.json"}) {
    doctor::KeyFile key;
    key.path = (directory / name).string();
    const auto mode = store::mode_of_readable(key.path);
    key.exists = mode.ok() || mode.error().code != base::ErrorCode::kNotFound;
    if (mode) {
      key.mode = *mode;
    } else if (key.exists) {
      key.trouble = mode.error().message;
    }
    disk.keys.push_back(std::move(key));
  }
}

void look_at_disk(const Config& config, doctor::Machine& machine) {
  doctor::Disk& disk = machine.disk;
  disk.directory = config.data_dir;
  const std::filesystem::path directory(config.data_dir);
  std::error_code ignored;
  disk.exists = std::filesystem::is_directory(directory, ignored);
  if (!disk.exists && std::filesystem::exists(directory, ignored)) {
    disk.trouble = config.data_dir + " is not a folder";
    return;
  }
  // A folder that is missing is made in the one above it.
  const std::filesystem::path parent =
      std::filesystem::absolute(directory, ignored).lexically_normal().parent_path();
  const std::string place = disk.exists ? config.data_dir : parent.string();
  const auto free = store::free_bytes(place);
  const auto sync_us = store::measure_sync_us(place);
  if (!free || !sync_us) {
    disk.trouble = free ? sync_us.error().message : free.error().message;
    return;
  }
  disk.free_bytes = *free;
  disk.sync_us = *sync_us;
  if (!disk.exists) return;
  look_at_keys(directory, disk);
  if (!std::filesystem::exists(directory / "lock", ignored)) return;
  const auto lock = store::DataDirLock::take(config.data_dir);
  if (!lock && lock.error().code == base::ErrorCode::kUnavailable) {
    const std::string& message = lock.error().message;  // "DIR is in use by process 17"
    const std::size_t by = message.rfind(" by ");
    disk.held_by = by == std::string::npos ? "another process" : message.substr(by + 4);
  }
}

doctor::Reach look_for_grape(const base::Endpoint& grape) {
  net::HttpCall call;
  call.method = "POST";
  call.url = "http://" + grape.text() + "/lookup";
  call.body = grenache::lookup_body("syrah-doctor", kService);
  call.timeout_ms = kReachMs;
  const auto reply = net::call_and_wait(call);
  std::string trouble;
  if (!reply) {
    trouble = reply.error().message;
  } else if (reply->status != 200) {
    trouble = fmt::format("it answers with status {}: is it a Grape?", reply->status);
  }
  return {call.url.substr(0, call.url.rfind('/')), trouble};
}

void look_around(const Config& config, doctor::Machine& machine) {
  machine.looks_for_peers =
      (config.p2p_enabled && (!config.bootstrap_peers.empty() || config.discovery_mdns)) ||
      config.discovery_grenache || std::filesystem::exists(config.peers_file());
  if (config.discovery_grenache) {
    for (const base::Endpoint& grape : config.grapes) {
      machine.grapes.push_back(look_for_grape(grape));
    }
  }
  // A node that runs knows better than anyone whom it reaches.
  if (!config.p2p_enabled || !machine.disk.held_by.empty()) return;
  for (const base::Endpoint& peer : config.bootstrap_peers) {
    const base::Status reached = net::can_connect(peer, kReachMs);
    machine.bootstrap.push_back({peer.text(), reached ? "" : reached.error().message});
  }
}

doctor::ClockState clock_state() {
  timex state{};
  const int code = ::adjtimex(&state);  // with no mode it only reads
  if (code < 0) return doctor::ClockState::kUnknown;
  const bool free = code == TIME_ERROR || (state.status & STA_UNSYNC) != 0;
  return free ? doctor::ClockState::kFree : doctor::ClockState::kSynchronized;
}

}  // namespace

doctor::Machine look_at_machine(const Environment& environment) {
  doctor::Machine machine;
  const ConfigReading reading = read_config(environment);
  const Config& config = reading.config;
  machine.config_errors = reading.errors;
  machine.config_warnings = reading.warnings;
  machine.mode = config.mode();
  machine.peers_max = config.max_peers;
  machine.clock = clock_state();
  rlimit descriptors{};
  if (::getrlimit(RLIMIT_NOFILE, &descriptors) == 0) {
    machine.descriptors_max = static_cast<std::int64_t>(
        std::min<rlim_t>(descriptors.rlim_max, 1U << 30U));  // a node raises its own to that
  }
  look_at_disk(config, machine);
  if (machine.disk.held_by.empty()) look_at_ports(config, machine);
  look_around(config, machine);
  return machine;
}

Environment with_env_file(Environment environment, const std::string& text) {
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    const std::string line = text.substr(from, end - from);
    from = end + 1;
    const std::size_t equals = line.find('=');
    const std::size_t odd = line.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    if (equals == std::string::npos || equals == 0 || odd != equals) continue;
    if (line[0] < 'A' || line[0] > 'Z') continue;
    environment.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  return environment;
}

}  // namespace syrah::daemon
