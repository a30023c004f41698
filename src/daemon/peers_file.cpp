#include "daemon/peers_file.h"

#include <asio/post.hpp>
#include <utility>

#include "store/file.h"

namespace syrah::daemon {

PeersFile::PeersFile(std::string path, std::function<void(const base::Error&)> failed)
    : path_(std::move(path)), failed_(std::move(failed)) {}

PeersFile::~PeersFile() { thread_.join(); }

void PeersFile::save(std::string text) {
  const std::lock_guard lock(mutex_);
  newest_ = std::move(text);
  if (!scheduled_) {
    scheduled_ = true;
    asio::post(thread_, [this] { write(); });
  }
}

void PeersFile::write() {
  std::string text;
  {
    const std::lock_guard lock(mutex_);
    text = std::move(newest_);
    scheduled_ = false;
  }
  constexpr unsigned kOwnerOnly = 0600;
  const auto written = store::write_file_atomically(path_, text, kOwnerOnly);
  if (!written) {
    failed_(written.error());
  }
}

}  // namespace syrah::daemon
