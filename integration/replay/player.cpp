#include "player.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace syrah::replay {

using Clock = Latencies::Clock;

Player::Player(asio::io_context& io, std::vector<NodeApi*> nodes, std::size_t in_flight,
               double per_second)
    : io_(io), in_flight_(in_flight), per_second_(per_second), pacing_(io) {
  for (NodeApi* const node : nodes) lanes_.push_back({node, {}, 0});
}

/// By a hash of the number: neighbours in time go to different nodes.
Player::Lane& Player::lane_of(std::uint32_t order) {
  return lanes_[(order * 0x9E37'79B9U >> 16U) % lanes_.size()];
}

Played Player::play(const std::vector<Message>& messages) {
  std::uint32_t orders = 0;
  for (const Message& message : messages) {
    orders = std::max(orders, message.order + 1);
    lane_of(message.order).todo.push_back(&message);
  }
  orders_.assign(orders, {});
  played_ = {};
  begin_ = Clock::now();
  if (per_second_ > 0) pace();
  for (Lane& lane : lanes_) advance(lane);
  io_.restart();
  while (busy() && io_.run_one() > 0) {
  }
  pacing_.cancel();
  played_.seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
  return std::move(played_);
}

bool Player::busy() const {
  return std::any_of(lanes_.begin(), lanes_.end(),
                     [](const Lane& lane) { return lane.in_flight > 0 || !lane.todo.empty(); });
}

bool Player::early() const {
  if (per_second_ <= 0) return false;
  const double seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
  return static_cast<double>(played_.sent) > seconds * per_second_;
}

void Player::pace() {
  pacing_.expires_after(std::chrono::milliseconds(1));
  pacing_.async_wait([this](const asio::error_code& error) {
    if (error) return;
    for (Lane& lane : lanes_) advance(lane);
    pace();
  });
}

void Player::advance(Lane& lane) {
  while (lane.in_flight < in_flight_ && !lane.todo.empty() && !early()) {
    const Message& message = *lane.todo.front();
    lane.todo.pop_front();
    Order& order = orders_[message.order];
    const bool first = message.kind == Message::Kind::kNew || message.kind == Message::Kind::kIoc;
    if (!first && order.sent && !order.answered) {
      order.later.push_back(&message);
    } else if (first || !order.id.empty()) {
      order.sent = true;
      send(lane, message);
    }
    // What is about an order that was refused, or lies before the part that is played, is dropped.
  }
}

void Player::send(Lane& lane, const Message& message) {
  ++lane.in_flight;
  ++played_.sent;
  const auto done = [this, &lane, &message, begin = Clock::now()](const Reply& reply) {
    played_.acknowledgement.add(Clock::now() - begin);
    answered(lane, message, reply);
  };
  const std::string& id = orders_[message.order].id;
  switch (message.kind) {
    case Message::Kind::kNew:
    case Message::Kind::kIoc:
      return lane.api->place(message, done);
    case Message::Kind::kCancel:
      return lane.api->cancel(id, done);
    case Message::Kind::kReplace:
      return lane.api->replace(id, message.size, done);
  }
}

void Player::answered(Lane& lane, const Message& message, const Reply& reply) {
  --lane.in_flight;
  count(reply);
  Order& order = orders_[message.order];
  if (!order.answered) {
    order.answered = true;
    if (reply.status == 200) order.id = text_member(reply.body, "id");
    // They came before what is still to do.
    lane.todo.insert(lane.todo.begin(), order.later.begin(), order.later.end());
    order.later = {};
  }
  advance(lane);
}

void Player::count(const Reply& reply) {
  if (reply.status >= 200 && reply.status < 300) {
    ++played_.acknowledged;
  } else if (reply.status >= 400 && reply.status < 500) {
    ++played_.refused;
    played_.last_refusal = reply.body;
  } else {
    ++played_.unanswered;
    played_.last_refusal = reply.body;
  }
}

}  // namespace syrah::replay
