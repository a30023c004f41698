#include "net/tcp_connection.h"

#include <fmt/format.h>

#include <asio/buffer.hpp>
#include <asio/post.hpp>
#include <chrono>
#include <utility>
#include <vector>

#include "net/address.h"

namespace syrah::net {

using asio::ip::tcp;

TcpConnection::TcpConnection(ConnectionId id, tcp::socket socket,
                             std::shared_ptr<ConnectionContext> context)
    : id_(id),
      socket_(std::move(socket)),
      context_(std::move(context)),
      timer_(socket_.get_executor()) {}

void TcpConnection::dial(Resolver& resolver, const Endpoint& remote) {
  dial_error_ = "no answer in time";
  timer_.expires_after(std::chrono::milliseconds(kDialTimeoutMs));
  timer_.async_wait([self = shared_from_this()](const asio::error_code& error) {
    if (!error && self->state_ == State::kDialling) {
      self->end(self->dial_error_);
    }
  });
  resolver.resolve(remote.host, remote.port,
                   [self = shared_from_this()](base::Result<Addresses> found) {
                     if (self->state_ != State::kDialling) {
                       return;
                     }
                     if (!found) {
                       self->end(found.error().message);
                       return;
                     }
                     self->addresses_ = std::move(found).value();
                     self->connect_next();
                   });
}

void TcpConnection::connect_next() {
  if (addresses_.empty()) {
    end(dial_error_);
    return;
  }
  const tcp::endpoint address = addresses_.front();
  addresses_.erase(addresses_.begin());
  asio::error_code ignored;
  socket_.close(ignored);
  socket_.async_connect(
      address, [self = shared_from_this(), address](const asio::error_code& error) {
        if (self->state_ != State::kDialling) {
          return;
        }
        if (error) {
          const Endpoint tried = to_endpoint(address);
          self->dial_error_ = fmt::format("{}: {}", shown(tried.host, tried.port), error.message());
          self->connect_next();
          return;
        }
        self->timer_.cancel();
        self->open(true);
      });
}

void TcpConnection::start_accepted() { open(false); }

void TcpConnection::open(bool dialled) {
  asio::error_code error;
  const tcp::endpoint remote = socket_.remote_endpoint(error);
  if (!error) {
    socket_.non_blocking(true, error);
  }
  if (error) {  // the other side was quicker to leave than we to look
    end_soon(error.message());
    return;
  }
  // Frames are small and each is waited for. A failure costs speed only.
  socket_.set_option(tcp::no_delay(true), error);
  state_ = State::kOpen;
  reported_ = true;
  context_->events->connected(id_, to_endpoint(remote), dialled);
  if (state_ == State::kOpen || state_ == State::kClosing) {
    await_readable();
  }
}

// Waiting for readiness rather than in a read lets all connections share one read buffer: an idle
// connection costs no memory.
void TcpConnection::await_readable() {
  socket_.async_wait(tcp::socket::wait_read,
                     [self = shared_from_this()](const asio::error_code& error) {
                       if (self->state_ == State::kOver) {
                         return;
                       }
                       if (error) {
                         self->end(error.message());
                         return;
                       }
                       self->read();
                     });
}

void TcpConnection::read() {
  asio::error_code error;
  const std::size_t size = socket_.read_some(asio::buffer(*context_->read_buffer), error);
  if (error && error != asio::error::would_block && error != asio::error::try_again) {
    end(error == asio::error::eof ? "closed by the other side" : error.message());
    return;
  }
  if (size > 0 && state_ == State::kOpen) {  // while closing, what comes is read and dropped
    context_->events->received(id_, std::string(context_->read_buffer->data(), size));
  }
  if (state_ != State::kOver) {
    await_readable();
  }
}

void TcpConnection::send(std::string bytes) {
  if (state_ != State::kOpen || bytes.empty()) {
    return;
  }
  unsent_bytes_ += bytes.size();
  if (unsent_bytes_ > kUnsentBytesMax) {
    state_ = State::kClosing;
    why_closing_ = fmt::format("the other side does not read: {} bytes unsent", unsent_bytes_);
    end_soon(why_closing_);
    return;
  }
  unsent_.push_back(std::move(bytes));
  write();
}

void TcpConnection::write() {
  if (writing_ || unsent_.empty()) {
    return;
  }
  std::vector<asio::const_buffer> gathered;
  for (const std::string& bytes : unsent_) {
    const std::size_t skip = gathered.empty() ? front_sent_ : 0;
    gathered.emplace_back(bytes.data() + skip, bytes.size() - skip);
    if (gathered.size() == kGatherMax) {
      break;
    }
  }
  writing_ = true;
  socket_.async_write_some(
      gathered, [self = shared_from_this()](const asio::error_code& error, std::size_t bytes) {
        if (self->state_ == State::kOver || error) {
          // What the other side said before it left is still to be read; reading then finds the
          // end.
          return;
        }
        self->writing_ = false;
        self->wrote(bytes);
      });
}

void TcpConnection::wrote(std::size_t bytes) {
  unsent_bytes_ -= bytes;
  for (std::size_t left = bytes; left > 0;) {
    const std::size_t of_front = unsent_.front().size() - front_sent_;
    if (left < of_front) {
      front_sent_ += left;
      break;
    }
    left -= of_front;
    front_sent_ = 0;
    unsent_.pop_front();
  }
  context_->events->sent(id_, bytes);
  if (state_ == State::kOver) {
    return;
  }
  write();
  if (state_ == State::kClosing && unsent_.empty()) {
    finish_sending();
  }
}

void TcpConnection::close() {
  if (state_ == State::kDialling) {
    end_soon("given up");
    return;
  }
  if (state_ != State::kOpen) {
    return;
  }
  state_ = State::kClosing;
  why_closing_ = "closed here";
  timer_.expires_after(std::chrono::milliseconds(kLingerMs));
  timer_.async_wait([self = shared_from_this()](const asio::error_code& error) {
    if (!error && self->state_ == State::kClosing) {
      self->end(self->why_closing_);
    }
  });
  if (unsent_.empty()) {
    finish_sending();
  }
}

// Only the sending half: closing a socket with unread bytes would reset the connection, and the
// reset can overtake the goodbye that was just sent. The end comes with the other side's close.
void TcpConnection::finish_sending() {
  asio::error_code error;
  socket_.shutdown(tcp::socket::shutdown_send, error);
  if (error) {
    end_soon(error.message());
  }
}

void TcpConnection::end_soon(std::string reason) {
  asio::post(socket_.get_executor(),
             [self = shared_from_this(), reason = std::move(reason)] { self->end(reason); });
}

void TcpConnection::end(const std::string& reason) {
  if (state_ == State::kOver) {
    return;
  }
  abandon();
  context_->forget(id_);
  if (reported_) {
    context_->events->closed(id_, why_closing_.empty() ? reason : why_closing_);
  } else {
    context_->events->dial_failed(id_, reason);
  }
}

void TcpConnection::abandon() {
  state_ = State::kOver;
  timer_.cancel();
  asio::error_code ignored;
  socket_.close(ignored);
  unsent_.clear();
  addresses_.clear();
}

}  // namespace syrah::net
