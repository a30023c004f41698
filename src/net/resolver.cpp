#include "net/resolver.h"

#include <fmt/format.h>
#include <netdb.h>

#include <asio/ip/address.hpp>
#include <asio/post.hpp>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "net/limits.h"

namespace syrah::net {

namespace {

using asio::ip::tcp;

base::Error lookup_error(const std::string& host, const std::string& why) {
  return {base::ErrorCode::kUnavailable, fmt::format("cannot find the host \"{}\": {}", host, why)};
}

base::Result<Addresses> look_up(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* raw = nullptr;
  const int code = ::getaddrinfo(host.c_str(), nullptr, &hints, &raw);
  if (code != 0) {
    return lookup_error(host, ::gai_strerror(code));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(raw, &::freeaddrinfo);

  Addresses addresses;
  for (const addrinfo* item = raw; item != nullptr && addresses.size() < kDialAddressesMax;
       item = item->ai_next) {
    if (item->ai_family != AF_INET && item->ai_family != AF_INET6) {
      continue;
    }
    tcp::endpoint address;
    address.resize(item->ai_addrlen);
    std::memcpy(address.data(), item->ai_addr, item->ai_addrlen);
    address.port(port);
    addresses.push_back(address);
  }
  if (addresses.empty()) {
    return lookup_error(host, "it has no IP address");
  }
  return addresses;
}

}  // namespace

base::Result<Addresses> resolve_now(const std::string& host, std::uint16_t port) {
  asio::error_code error;
  const auto ip = asio::ip::make_address(host, error);
  if (!error) {
    return Addresses{tcp::endpoint(ip, port)};
  }
  return look_up(host, port);
}

/// What lookup threads and the resolver both hold. Answers stay on this side: they own sockets of
/// the loop and must not be destroyed by a thread.
struct Resolver::Shared {
  std::mutex mutex;
  asio::io_context* io = nullptr;  ///< under the mutex; null once the resolver is gone

  std::map<std::uint64_t, Answer> waiting;  ///< loop only
  std::uint64_t last = 0;                   ///< loop only

  void answer(std::uint64_t lookup, base::Result<Addresses> found) {
    const auto entry = waiting.find(lookup);
    if (entry != waiting.end()) {
      const Answer call = std::move(entry->second);
      waiting.erase(entry);
      call(std::move(found));
    }
  }
};

Resolver::Resolver(asio::io_context& io) : io_(io), shared_(std::make_shared<Shared>()) {
  shared_->io = &io;
}

Resolver::~Resolver() {
  shared_->waiting.clear();
  const std::lock_guard lock(shared_->mutex);
  shared_->io = nullptr;
}

void Resolver::resolve(const std::string& host, std::uint16_t port, Answer answer) {
  const bool full = shared_->waiting.size() >= kLookupsMax;
  const std::uint64_t lookup = ++shared_->last;
  shared_->waiting.emplace(lookup, std::move(answer));
  const auto answer_soon = [this, lookup](base::Result<Addresses> found) {
    asio::post(io_, [shared = shared_, lookup, found = std::move(found)]() mutable {
      shared->answer(lookup, std::move(found));
    });
  };

  asio::error_code error;
  const auto ip = asio::ip::make_address(host, error);
  if (!error) {
    answer_soon(Addresses{tcp::endpoint(ip, port)});
    return;
  }
  if (full) {
    answer_soon(lookup_error(host, "too many other lookups are under way"));
    return;
  }
  const auto look = [shared = shared_, host, port, lookup] {
    auto found = look_up(host, port);
    const std::lock_guard lock(shared->mutex);
    if (shared->io != nullptr) {
      asio::post(*shared->io, [shared, lookup, found = std::move(found)]() mutable {
        shared->answer(lookup, std::move(found));
      });
    }
  };
  try {
    std::thread(look).detach();
  } catch (const std::system_error& fault) {
    answer_soon(lookup_error(host, fault.what()));
  }
}

}  // namespace syrah::net
