#include "p2p/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "p2p/limits.h"

namespace syrah::p2p {
namespace {

using TypeSet = std::uint32_t;

template <class... Types>
constexpr TypeSet set_of(Types... types) {
  return ((TypeSet{1} << static_cast<unsigned>(types)) | ... | TypeSet{0});
}

constexpr TypeSet kGoodbye = set_of(MessageType::kDisconnect, MessageType::kError);

constexpr TypeSet kBasicDialect =
    kGoodbye | set_of(MessageType::kHandshakeAck, MessageType::kHeartbeat,
                      MessageType::kHeartbeatAck, MessageType::kPeerExchangeRequest,
                      MessageType::kPeerExchange, MessageType::kOrder, MessageType::kTrade,
                      MessageType::kCancelOrder, MessageType::kOrderbookSync);

constexpr TypeSet kFullDialect =
    (kBasicDialect & ~set_of(MessageType::kHandshakeAck)) |
    set_of(MessageType::kFeedBatch, MessageType::kFeedRequest, MessageType::kSnapshotRequest,
           MessageType::kSnapshotPage, MessageType::kFork);

struct StateRow {
  std::string_view name;
  TypeSet allowed;
};

/// The state table, in the order of SessionState.
constexpr std::array<StateRow, kSessionStates> kStates{{
    {"awaiting answer", kGoodbye | set_of(MessageType::kHandshake)},
    {"awaiting handshake", kGoodbye | set_of(MessageType::kHandshake)},
    {"awaiting decision", 0},
    {"awaiting proof", kGoodbye | set_of(MessageType::kHandshakeAck)},
    {"open", kFullDialect},
    {"open, basic", kBasicDialect},
    {"over", 0},
}};

/// What may be sent to a basic peer: its whole list.
constexpr TypeSet kSpokenToBasic = kBasicDialect | set_of(MessageType::kHandshake);

}  // namespace

std::string_view to_text(SessionState state) {
  return kStates[static_cast<std::size_t>(state)].name;
}

bool is_allowed(SessionState state, MessageType type) {
  return (kStates[static_cast<std::size_t>(state)].allowed & set_of(type)) != 0;
}

Session::Session(Role role, const crypto::Identity& identity, std::string own_name, Handshake own,
                 base::Time now, RouteTraffic* traffic)
    : role_(role),
      state_(role == Role::kDialling ? SessionState::kAwaitingAnswer
                                     : SessionState::kAwaitingHandshake),
      own_name_(std::move(own_name)),
      exchange_(role, identity, std::move(own)),
      rate_(kMessagesPerSecond * 1000, kMessagesBurst),
      traffic_(traffic),
      heard_(now) {
  deadlines_.fill(base::kNeverUs);
  const bool dialling = role == Role::kDialling;
  set_deadline(Deadline::kHandshake, now, dialling ? kHandshakeDialledMs : kHandshakeMs);
  if (dialling) send(exchange_.handshake(), Urgency::kControl, std::nullopt, now);
}

// ---- hearing -----------------------------------------------------------------------------------

std::optional<SessionEvent> Session::receive(std::string_view& bytes, base::Time now) {
  if (!bytes.empty() && state_ != SessionState::kOver) {
    heard_ = now;
    if (is_open()) set_deadline(Deadline::kSilence, now, basic() ? kSilenceBasicMs : kSilenceMs);
  }
  while (!bytes.empty() && state_ != SessionState::kOver) {
    const std::size_t before = bytes.size();
    const bool began = frames_.within_frame();
    const base::Result<std::optional<std::string_view>> frame = frames_.take(bytes);
    counts_.bytes_in += before - bytes.size();
    if (!frame) {
      return must_end({frame.error().code == base::ErrorCode::kLimit ? error_code::kMessageTooLarge
                                                                     : error_code::kInvalidMessage,
                       frame.error().message, true});
    }
    if (!*frame) {
      if (!began && frames_.within_frame()) set_deadline(Deadline::kFrame, now, kFrameMs);
      continue;
    }
    clear_deadline(Deadline::kFrame);
    if (auto event = take_text(**frame, now)) return event;
  }
  bytes = {};
  return std::nullopt;
}

std::optional<SessionEvent> Session::take_text(std::string_view text, base::Time now) {
  if (!rate_.take(now.steady_us)) {
    count_in(kUnreadable, kFrameHeaderBytes + text.size());
    // Not held against it for long: a busy neighbour may do this in good faith.
    return must_end(
        {error_code::kUnknown, fmt::format("more than {} messages a second", kMessagesPerSecond)});
  }
  base::Result<Decoded> decoded = decode_message(text);
  count_in(decoded ? static_cast<std::size_t>(decoded->type) : kUnreadable,
           kFrameHeaderBytes + text.size());
  if (!decoded) return must_end({error_code::kInvalidMessage, decoded.error().message, true});
  if (!is_allowed(state_, decoded->type)) {
    return must_end(
        {error_code::kInvalidMessage,
         fmt::format("{} may not come while {}", to_text(decoded->type), to_text(state_)), true});
  }
  if (decoded->type == MessageType::kHandshake) spelling_ = decoded->spelling;
  if (!decoded->message) return std::nullopt;
  return take_message(std::move(*decoded->message), decoded->type, now);
}

std::optional<SessionEvent> Session::take_message(Message message, MessageType type,
                                                  base::Time now) {
  switch (type) {
    case MessageType::kHandshake:
      return take_handshake(std::get<Handshake>(message.body));
    case MessageType::kHandshakeAck:
      if (state_ == SessionState::kOpenBasic) return std::nullopt;
      if (auto refusal = exchange_.take(std::get<HandshakeAck>(message.body))) {
        return must_end(*refusal);
      }
      return Proven{};
    case MessageType::kHeartbeat:
      if (send(HeartbeatAck{}, Urgency::kControl, std::nullopt, now) == Sending::kQueueFull) {
        return must_end({{}, "its send queue is full"});
      }
      break;
    case MessageType::kHeartbeatAck:
      take_heartbeat_ack(message.timestamp_ms, now);
      return std::nullopt;
    default:
      break;
  }
  return Heard{std::move(message)};
}

std::optional<SessionEvent> Session::take_handshake(const Handshake& theirs) {
  if (auto refusal = exchange_.take(theirs)) return must_end(*refusal);
  state_ = SessionState::kAwaitingDecision;
  return Introduced{};
}

void Session::take_heartbeat_ack(std::int64_t peer_wall_ms, base::Time now) {
  if (beats_us_.empty()) return;
  round_trip_us_ = now.steady_us - beats_us_.front();
  beats_us_.pop_front();
  // Cristian, "Probabilistic clock synchronization", 1989: exact to half of the round trip.
  const std::int64_t our_ms = (now.wall_us - round_trip_us_ / 2) / base::kUsPerMs;
  std::int64_t ahead_ms = 0;  // the peer may say any number
  const bool absurd = __builtin_sub_overflow(peer_wall_ms, our_ms, &ahead_ms);
  clock_ahead_ms_ = absurd ? std::nullopt : std::optional(ahead_ms);
}

// ---- deciding ----------------------------------------------------------------------------------

std::optional<SessionEvent> Session::accept(base::Time now) {
  SYRAH_CHECK(state_ == SessionState::kAwaitingDecision, "nobody is waiting to be accepted");
  frames_.set_size_max(basic() ? kFrameBytesBasicMax : kFrameBytesMax);
  if (role_ == Role::kDialling) {
    send(exchange_.ack(), Urgency::kControl, std::nullopt, now);
    return Proven{};
  }
  send(exchange_.handshake(), Urgency::kControl, std::nullopt, now);
  if (basic()) return Proven{};
  state_ = SessionState::kAwaitingProof;
  // Until the proof has come, a stranger may make us keep no more than before.
  frames_.set_size_max(kFrameBytesBeforeHandshake);
  return std::nullopt;
}

void Session::open(base::Time now) {
  state_ = basic() ? SessionState::kOpenBasic : SessionState::kOpenFull;
  frames_.set_size_max(basic() ? kFrameBytesBasicMax : kFrameBytesMax);
  clear_deadline(Deadline::kHandshake);
  set_deadline(Deadline::kSilence, now, basic() ? kSilenceBasicMs : kSilenceMs);
  set_deadline(Deadline::kHeartbeat, now, basic() ? kHeartbeatBasicMs : kHeartbeatMs);
}

SessionEvent Session::must_end(Refusal refusal) { return MustEnd{std::move(refusal)}; }

// ---- time --------------------------------------------------------------------------------------

std::optional<SessionEvent> Session::due(base::Time now) {
  if (state_ == SessionState::kOver) return std::nullopt;
  for (std::size_t i = 0; i < kDeadlines; ++i) {
    if (deadlines_[i] > now.steady_us) continue;
    const auto which = static_cast<Deadline>(i);
    if (which != Deadline::kHeartbeat) return must_end(lateness(which));
    set_deadline(which, now, basic() ? kHeartbeatBasicMs : kHeartbeatMs);
    return HeartbeatDue{};
  }
  return std::nullopt;
}

Refusal Session::lateness(Deadline deadline) const {
  switch (deadline) {
    case Deadline::kHandshake:
      return {error_code::kHandshakeTimeout, "the handshake took too long"};
    case Deadline::kFrame:
      return {error_code::kInvalidMessage, "a message began and did not end"};
    case Deadline::kSilence:
      return {error_code::kHeartbeatTimeout, "no sign of life"};
    case Deadline::kProgress:
      return {{}, "it does not read what it is sent"};
    case Deadline::kHeartbeat:
      break;
  }
  SYRAH_CHECK(false, "a heartbeat is never late");
  return {};
}

std::int64_t Session::next_deadline_us() const {
  return state_ == SessionState::kOver ? base::kNeverUs
                                       : *std::min_element(deadlines_.begin(), deadlines_.end());
}

void Session::set_deadline(Deadline which, base::Time now, std::int64_t after_ms) {
  deadline(which) = now.steady_us + after_ms * base::kUsPerMs;
}

void Session::clear_deadline(Deadline which) { deadline(which) = base::kNeverUs; }

void Session::watch_progress() {
  deadline(Deadline::kProgress) =
      queue_.idle() ? base::kNeverUs : queue_.progress_us() + kProgressMs * base::kUsPerMs;
}

// ---- saying ------------------------------------------------------------------------------------

void Session::count_in(std::size_t type, std::size_t bytes) {
  ++counts_.messages_in;
  if (traffic_ != nullptr) traffic_->in.add(type, bytes);
}

void Session::count_out(MessageType type, std::size_t bytes) {
  ++counts_.messages_out;
  if (traffic_ != nullptr) traffic_->out.add(static_cast<std::size_t>(type), bytes);
}

Session::Sending Session::send(const MessageBody& body, Urgency urgency,
                               const std::optional<base::NodeId>& ordered_as, base::Time now) {
  Outgoing message(own_name_, body, now);
  return send(message, urgency, ordered_as, now);
}

Session::Sending Session::send(Outgoing& message, Urgency urgency,
                               const std::optional<base::NodeId>& ordered_as, base::Time now) {
  if (state_ == SessionState::kOver) return Sending::kNotSpoken;
  const MessageType type = message.type();
  if (basic() && (kSpokenToBasic & set_of(type)) == 0) return Sending::kNotSpoken;
  Frame frame = message.frame(spelling_);
  if (frame->size() > kFrameHeaderBytes + kFrameBytesMax) return Sending::kTooLarge;
  const std::size_t frame_bytes = frame->size();
  if (!queue_.push(std::move(frame), urgency, ordered_as, now.steady_us)) {
    return Sending::kQueueFull;
  }
  count_out(type, frame_bytes);
  if (type == MessageType::kHeartbeat) {
    if (beats_us_.size() >= kPendingBeatsMax) beats_us_.pop_front();
    beats_us_.push_back(now.steady_us);
    set_deadline(Deadline::kHeartbeat, now, basic() ? kHeartbeatBasicMs : kHeartbeatMs);
  }
  watch_progress();
  return Sending::kQueued;
}

std::string Session::take_bytes(base::Time now) {
  if (state_ == SessionState::kOver) return {};
  std::string bytes = queue_.take(now.steady_us);
  counts_.bytes_out += bytes.size();
  if (!bytes.empty()) watch_progress();
  return bytes;
}

void Session::sent(std::size_t bytes, base::Time now) {
  if (state_ == SessionState::kOver) return;
  queue_.sent(bytes, now.steady_us);
  watch_progress();
}

std::string Session::end(const Refusal& refusal, base::Time now, PeerExchange others) {
  if (state_ == SessionState::kOver) return {};
  MessageBody last = Disconnect{refusal.reason};
  if (!refusal.code.empty()) {
    last = ErrorMessage{refusal.code, refusal.reason, std::move(others)};
  }
  const Frame frame = Outgoing(own_name_, last, now).frame(spelling_);
  count_out(type_of(last), frame->size());
  std::string bytes = queue_.close_with(*frame);
  counts_.bytes_out += bytes.size();
  state_ = SessionState::kOver;
  return bytes;
}

std::optional<base::NodeId> Session::id() const {
  if (!introduced() || !theirs().identity) return std::nullopt;
  return theirs().identity->id;
}

}  // namespace syrah::p2p
