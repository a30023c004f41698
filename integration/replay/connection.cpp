#include "connection.h"

#include <asio/buffer.hpp>
#include <asio/write.hpp>
#include <charconv>
#include <string_view>
#include <utility>

namespace syrah::replay {
namespace {

using Clock = std::chrono::steady_clock;

/// The node ends connections that were idle for 5 s.
constexpr std::chrono::seconds kFreshFor{3};

constexpr std::string_view kEndOfHead = "\r\n\r\n";

std::size_t content_length(std::string_view head) {
  constexpr std::string_view kName = "Content-Length: ";
  const std::size_t at = head.find(kName);
  std::size_t size = 0;
  if (at == std::string_view::npos) return 0;
  const char* const begin = head.data() + at + kName.size();
  std::from_chars(begin, head.data() + head.size(), size);
  return size;
}

int status_of(std::string_view head) {
  int status = 0;
  if (head.size() > 12) std::from_chars(head.data() + 9, head.data() + 12, status);
  return status;
}

}  // namespace

void Connection::request(std::string head, const std::string& body, Done done) {
  out_ = std::move(head);
  out_ += "Host: 127.0.0.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  in_.clear();
  done_ = std::move(done);
  if (socket_.is_open() && Clock::now() - used_ < kFreshFor) {
    write();
  } else {
    connect();
  }
}

void Connection::connect() {
  asio::error_code ignored;
  socket_.close(ignored);
  socket_.async_connect(node_, [this](const asio::error_code& error) {
    if (error) return finish({0, error.message()});
    socket_.set_option(asio::ip::tcp::no_delay(true));
    write();
  });
}

void Connection::write() {
  asio::async_write(socket_, asio::buffer(out_),
                    [this](const asio::error_code& error, std::size_t /*count*/) {
                      if (error) return finish({0, error.message()});
                      read();
                    });
}

void Connection::read() {
  socket_.async_read_some(asio::buffer(part_),
                          [this](const asio::error_code& error, std::size_t count) {
                            if (error) return finish({0, error.message()});
                            take_bytes(count);
                          });
}

void Connection::take_bytes(std::size_t count) {
  in_.append(part_.data(), count);
  const std::size_t end = in_.find(kEndOfHead);
  if (end == std::string::npos) return read();
  const std::string_view head = std::string_view(in_).substr(0, end);
  const std::size_t body = end + kEndOfHead.size();
  if (in_.size() < body + content_length(head)) return read();
  const int status = status_of(head);
  const bool last = head.find("Connection: close") != std::string_view::npos;
  Reply reply{status, in_.substr(body)};
  if (last) {
    asio::error_code ignored;
    socket_.close(ignored);
  }
  finish(std::move(reply));
}

void Connection::finish(Reply reply) {
  if (reply.status == 0) {
    asio::error_code ignored;
    socket_.close(ignored);
  }
  used_ = Clock::now();
  // The answer may lead to the next request on this very connection.
  const Done done = std::exchange(done_, nullptr);
  done(std::move(reply));
}

}  // namespace syrah::replay
