#include "net/websocket_connection.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace syrah::net {

using asio::ip::tcp;

WebSocketConnection::WebSocketConnection(std::uint64_t id, std::unique_ptr<ByteStream> stream,
                                         WebSocketOwner& owner)
    : id_(id), stream_(std::move(stream)), owner_(owner), linger_(stream_->executor()) {}

void WebSocketConnection::start(std::string handshake) {
  // A failure costs speed or memory only.
  asio::error_code ignored;
  stream_->socket().set_option(tcp::no_delay(true), ignored);
  stream_->socket().set_option(asio::socket_base::send_buffer_size(kWebSocketSendBuffer), ignored);
  auto frames = std::make_shared<Frames>();
  frames->bytes = std::move(handshake);
  unsent_.push_back(std::move(frames));
  write();
  read();
}

void WebSocketConnection::read() {
  stream_->read_some(asio::buffer(buffer_), [self = shared_from_this()](
                                                const asio::error_code& error, std::size_t size) {
    if (self->state_ == State::kOver) {
      return;
    }
    if (error) {
      self->end(error == asio::error::eof ? "closed by the client" : error.message());
      return;
    }
    self->silent_s_ = 0;
    std::vector<FrameReader::Message> messages;
    const auto failure =
        self->state_ == State::kOpen
            ? self->reader_.read(std::string_view(self->buffer_.data(), size), messages)
            : std::nullopt;  // while closing, what comes is read and dropped
    for (const FrameReader::Message& message : messages) {
      self->take(message);
    }
    if (failure) {
      self->close(failure->code, failure->reason);
    }
    if (self->state_ != State::kOver) {
      self->read();
    }
  });
}

void WebSocketConnection::take(const FrameReader::Message& message) {
  if (state_ != State::kOpen) {
    return;
  }
  switch (message.opcode) {
    case Opcode::kText:
      owner_.received(id_, message.payload);
      break;
    case Opcode::kPing:
      send_control(Opcode::kPong, message.payload);
      break;
    case Opcode::kClose:
      close(1000, "");
      break;
    default:
      break;  // a pong: it was heard
  }
}

void WebSocketConnection::send_control(Opcode opcode, std::string_view payload) {
  // Who pings without reading the answers has enough of them waiting.
  if (unsent_.size() > kWebSocketUnsentFramesMax) {
    return;
  }
  auto frames = std::make_shared<Frames>();
  append_frame(frames->bytes, opcode, payload);
  unsent_.push_back(std::move(frames));
  write();
}

void WebSocketConnection::send(SharedFrames frames) {
  if (state_ != State::kOpen) {
    return;
  }
  unsent_.push_back(std::move(frames));
  write();
}

void WebSocketConnection::write() {
  if (writing_ || unsent_.empty()) {
    return;
  }
  std::vector<asio::const_buffer> gathered;
  for (const SharedFrames& frames : unsent_) {
    const std::size_t skip = gathered.empty() ? front_sent_ : 0;
    gathered.emplace_back(frames->bytes.data() + skip, frames->bytes.size() - skip);
    if (gathered.size() == kGatherMax) {
      break;
    }
  }
  writing_ = true;
  stream_->write_some(std::move(gathered), [self = shared_from_this()](
                                               const asio::error_code& error, std::size_t bytes) {
    if (self->state_ == State::kOver || error) {
      return;  // reading finds the end
    }
    self->writing_ = false;
    self->wrote(bytes);
  });
}

void WebSocketConnection::wrote(std::size_t bytes) {
  std::size_t payload = 0;
  for (std::size_t left = bytes; left > 0;) {
    const std::size_t of_front = unsent_.front()->bytes.size() - front_sent_;
    if (left < of_front) {
      front_sent_ += left;
      break;
    }
    left -= of_front;
    front_sent_ = 0;
    payload += unsent_.front()->payload_bytes;
    unsent_.pop_front();
  }
  if (payload > 0) {
    owner_.sent(id_, payload);
  }
  if (close_frame_ != nullptr) {
    write_close();
    return;
  }
  write();
  if (state_ == State::kClosing && unsent_.empty()) {
    asio::error_code ignored;
    stream_->socket().shutdown(tcp::socket::shutdown_send, ignored);
  }
}

/// Right after the frames that have left in part.
void WebSocketConnection::write_close() {
  unsent_.resize(front_sent_ > 0 ? 1 : 0);
  unsent_.push_back(std::exchange(close_frame_, nullptr));
  write();
}

void WebSocketConnection::close(std::uint16_t code, const std::string& reason) {
  if (state_ != State::kOpen) {
    return;
  }
  state_ = State::kClosing;
  why_ = reason.empty() ? "closed by the client" : reason;
  auto frames = std::make_shared<Frames>();
  append_frame(frames->bytes, Opcode::kClose, close_payload(code, reason));
  close_frame_ = std::move(frames);
  if (!writing_) {
    write_close();
  }
  linger_.expires_after(std::chrono::milliseconds(kLingerMs));
  linger_.async_wait([self = shared_from_this()](const asio::error_code& error) {
    if (!error) {
      self->end(self->why_);
    }
  });
}

void WebSocketConnection::beat() {
  if (state_ != State::kOpen) {
    return;
  }
  ++silent_s_;
  if (silent_s_ >= kWebSocketSilentSecondsMax) {
    end("does not answer pings");
  } else if (silent_s_ % kWebSocketPingSeconds == 0) {
    send_control(Opcode::kPing, "");
  }
}

void WebSocketConnection::end(const std::string& reason) {
  if (state_ == State::kOver) {
    return;
  }
  const std::string told = state_ == State::kClosing ? why_ : reason;
  abandon();
  owner_.over(id_, told);
}

void WebSocketConnection::abandon() {
  state_ = State::kOver;
  linger_.cancel();
  asio::error_code ignored;
  stream_->socket().close(ignored);
}

}  // namespace syrah::net
