#include "daemon/run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <csignal>
#include <exception>
#include <memory>
#include <ostream>
#include <vector>

#include "daemon/config.h"
#include "daemon/node_files.h"
#include "daemon/runtime.h"
#include "p2p/peer_storage.h"

namespace syrah::daemon {

namespace {

constexpr int kFault = 1;
constexpr int kBadConfiguration = 2;

int fail(std::ostream& err, const std::string& line) {
  err << "syrah node: " << line << std::endl;
  return kFault;
}

std::string names_of(const std::vector<exchange::Instrument>& instruments) {
  std::vector<std::string> names;
  names.reserve(instruments.size());
  for (const auto& instrument : instruments) {
    names.push_back(instrument.name);
  }
  return fmt::format("{}", fmt::join(names, ","));
}

base::LogLine start_line(const Config& config, const NodeFiles& files, const std::string& version) {
  const std::string id = files.identity.id().text();
  base::LogLine line{base::LogLevel::kInfo, "node starts", {}};
  line.fields = {
      {"id", id},
      {"name", config.node_id.empty() ? id : config.node_id},
      {"version", version},
      {"mode", config.mode()},
      {"p2p", config.p2p_enabled ? base::Endpoint{config.p2p_host, config.p2p_port}.text() : "off"},
      {"api", base::Endpoint{config.api_host, config.api_port}.text()},
      {"data_dir", config.data_dir},
      {"api_key_file", files.api_key_file},
      {"instruments", names_of(config.instruments)}};
  return line;
}

/// Where peers are looked for. Peers may dial in all the same.
base::LogLine peers_line(const Config& config, const NodeFiles& files) {
  const auto stored = p2p::PeerStorage::read(files.peers_text);
  std::vector<std::string> sources;
  if (stored && !stored->peers.empty()) sources.emplace_back("stored");
  if (config.p2p_enabled && !config.bootstrap_peers.empty()) sources.emplace_back("bootstrap");
  if (config.p2p_enabled && config.discovery_mdns) sources.emplace_back("mdns");
  if (config.discovery_grenache) sources.emplace_back("grenache");
  if (sources.empty()) {
    return {base::LogLevel::kInfo, "no source of peers: trading alone until one comes", {}};
  }
  return {base::LogLevel::kInfo,
          "looking for peers",
          {{"sources", fmt::format("{}", fmt::join(sources, ","))}}};
}

int run_checked(const Config& config, const std::vector<std::string>& warnings,
                const std::string& version, std::ostream& err) {
  auto files = open_node_files(config);
  if (!files) {
    return fail(err, files.error().message);
  }
  Log log(config.log_format, config.log_level, err);
  log.write(start_line(config, *files, version));
  if (files->new_identity) {
    log.write({base::LogLevel::kInfo, "new identity: there was no key", {}});
  }
  log.write(peers_line(config, *files));
  for (const std::string& warning : warnings) {
    log.write({base::LogLevel::kWarning, warning, {}});
  }
  Runtime runtime(config, version, log);
  const auto started = runtime.start(std::move(files).value());
  if (!started) {
    return fail(err, started.error().message);
  }
  return runtime.run();
}

}  // namespace

int run(const Environment& environment, const std::string& version, std::ostream& err) {
  // A reader of our output that has gone must not end the node.
  std::signal(SIGPIPE, SIG_IGN);
  const ConfigReading reading = read_config(environment);
  if (!reading.errors.empty()) {
    for (const std::string& error : reading.errors) {
      fail(err, error);
    }
    return kBadConfiguration;
  }
  try {
    return run_checked(reading.config, reading.warnings, version, err);
  } catch (const std::exception& fault) {
    return fail(err, fault.what());
  }
}

}  // namespace syrah::daemon
