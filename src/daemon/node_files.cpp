#include "daemon/node_files.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

#include "crypto/entropy.h"
#include "daemon/clock.h"
#include "p2p/peer_storage.h"
#include "store/file.h"
#include "store/key_file.h"

namespace syrah::daemon {

namespace {

/// Peers files stay far below (p2p/limits.h bounds what is in them).
constexpr std::size_t kPeersFileBytesMax = 4U << 20U;

template <std::size_t kSize>
std::array<std::uint8_t, kSize> random_bytes() {
  std::array<std::uint8_t, kSize> bytes{};
  crypto::fill_random(bytes);
  return bytes;
}

base::Error about_directory(const Config& config, const base::Error& error) {
  return {error.code, fmt::format("DATA_DIR={}: {}", config.data_dir, error.message)};
}

/// Peers are found again in other ways: whatever is wrong is no reason not to start. A damaged file
/// is kept for people, as the next save would write over it.
void read_peers(const std::string& path, NodeFiles& files) {
  auto text = store::read_file(path, kPeersFileBytesMax);
  if (!text) {
    if (text.error().code != base::ErrorCode::kNotFound) {
      files.peers_trouble = text.error().message;
    }
    return;
  }
  const auto peers = p2p::PeerStorage::read(*text);
  if (peers) {
    files.peers_text = std::move(*text);
    return;
  }
  const auto aside = store::set_aside(path);
  files.peers_trouble =
      fmt::format("{}; {}", peers.error().message,
                  aside ? fmt::format("it is now {}", *aside) : aside.error().message);
}

}  // namespace

base::Result<NodeFiles> open_node_files(const Config& config) {
  const std::filesystem::path directory(config.data_dir);
  auto lock = store::DataDirLock::take(config.data_dir);
  if (!lock) return about_directory(config, lock.error());

  const std::filesystem::path node_key_file = directory / "node-key.json";
  std::error_code ignored;
  const bool new_identity = !std::filesystem::exists(node_key_file, ignored);
  auto seed = store::load_or_create_node_key(node_key_file.string(), random_bytes<32>());
  if (!seed) return about_directory(config, seed.error());
  const auto identity = crypto::Identity::from_seed(*seed);

  const std::string api_key_file = (directory / "api-key.json").string();
  auto api_key = store::load_or_create_api_key(api_key_file, random_bytes<64>());
  if (!api_key) return about_directory(config, api_key.error());

  const std::string key_records_file = (directory / "api-keys.json").string();
  auto api_records = store::read_key_records(key_records_file);
  if (!api_records) return about_directory(config, api_records.error());

  auto journal = store::Journal::open((directory / "journal.db").string());
  if (!journal) return about_directory(config, journal.error());
  auto recovered = journal->recover(identity.id());
  if (!recovered) return about_directory(config, recovered.error());
  auto history = store::History::open(journal->file());
  if (!history) return about_directory(config, history.error());
  auto candles = history->recent_candles(config.instruments, now().wall_us / base::kUsPerSecond);
  if (!candles) return about_directory(config, candles.error());
  recovered->candles = std::move(*candles);

  NodeFiles files{std::move(*lock),
                  identity,
                  std::move(*api_key),
                  std::move(*api_records),
                  api_key_file,
                  key_records_file,
                  std::move(*journal),
                  std::move(*history),
                  std::move(*recovered),
                  "",
                  "",
                  new_identity};
  read_peers(config.peers_file(), files);
  return files;
}

}  // namespace syrah::daemon
