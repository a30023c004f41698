#include "daemon/keys_file.h"

#include <asio/post.hpp>
#include <utility>

#include "store/file.h"

namespace syrah::daemon {

KeysFile::KeysFile(std::string path,
                   std::function<void(std::uint64_t save, const base::Status&)> saved)
    : path_(std::move(path)), saved_(std::move(saved)) {}

KeysFile::~KeysFile() { thread_.join(); }

void KeysFile::save(std::uint64_t save, std::string text) {
  asio::post(thread_, [this, save, text = std::move(text)] {
    constexpr unsigned kOwnerOnly = 0600;
    saved_(save, store::write_file_atomically(path_, text, kOwnerOnly));
  });
}

}  // namespace syrah::daemon
