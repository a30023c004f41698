#pragma once

// One connection's life: from the first byte to the last, whoever the other side is. The session
// knows what may be said when, what is late and what is too much; whether a peer is wanted is the
// caller's decision: it answers Introduced with accept() or end(), and Proven with open() or end().

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/time.h"
#include "base/token_bucket.h"
#include "p2p/frame.h"
#include "p2p/handshake.h"
#include "p2p/message.h"
#include "p2p/outgoing.h"
#include "p2p/peer_counts.h"
#include "p2p/peer_protocol.h"
#include "p2p/refusal.h"
#include "p2p/send_queue.h"

namespace syrah::p2p {

enum class SessionState : std::uint8_t {
  kAwaitingAnswer,     ///< dialled: handshake sent
  kAwaitingHandshake,  ///< accepted: nothing heard yet
  kAwaitingDecision,   ///< theirs was heard and is sound, the caller decides
  kAwaitingProof,      ///< accepted: answered, the dialling side must prove itself
  kOpenFull,
  kOpenBasic,
  kOver,
};
inline constexpr std::size_t kSessionStates = 7;
std::string_view to_text(SessionState state);

/// The state table: whether a message of this type may come in this state.
bool is_allowed(SessionState state, MessageType type);

/// Everything a session waits for.
enum class Deadline : std::uint8_t {
  kHandshake,  ///< the session must be open
  kFrame,      ///< a frame that began must end
  kSilence,    ///< the peer must have said something
  kHeartbeat,  ///< this side must say something
  kProgress,   ///< bytes must leave
};
inline constexpr std::size_t kDeadlines = 5;

/// The peer's handshake is in order; a dialled full peer has proved itself. Call accept() or end().
struct Introduced {};
/// The session can be opened: call open() or end().
struct Proven {};
/// A message of an open session, or a `disconnect` or `error` at any time.
struct Heard {
  Message message;
};
/// It is time for a heartbeat: call send().
struct HeartbeatDue {};
/// The session must end: call end().
struct MustEnd {
  Refusal refusal;
};
using SessionEvent = std::variant<Introduced, Proven, Heard, HeartbeatDue, MustEnd>;

struct SessionCounts {
  std::uint64_t messages_in = 0;
  std::uint64_t messages_out = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
};

class Session {
 public:
  /// `own` is this side's handshake with a fresh nonce. A dialling session says it at once. What is
  /// said and heard is also counted in `traffic`, if there is one; it must outlive the session.
  Session(Role role, const crypto::Identity& identity, std::string own_name, Handshake own,
          base::Time now, RouteTraffic* traffic = nullptr);

  /// Takes bytes from the front of `bytes` up to the next event. Nothing: all are taken.
  std::optional<SessionEvent> receive(std::string_view& bytes, base::Time now);
  /// What is due now; to be called until it returns nothing.
  std::optional<SessionEvent> due(base::Time now);
  [[nodiscard]] std::int64_t next_deadline_us() const;

  /// Goes on with a peer that was introduced. Proven if the session can be opened now (all but an
  /// accepted full peer, whose proof comes next).
  std::optional<SessionEvent> accept(base::Time now);
  void open(base::Time now);

  /// What became of a message given to `send`.
  enum class Sending : std::uint8_t { kQueued, kNotSpoken, kTooLarge, kQueueFull };
  /// Queues a message. A basic peer is never sent what its dialect lacks, nobody what exceeds the
  /// frame.
  Sending send(const MessageBody& body, Urgency urgency,
               const std::optional<base::NodeId>& ordered_as, base::Time now);
  /// The same for one that goes to others too.
  Sending send(Outgoing& message, Urgency urgency, const std::optional<base::NodeId>& ordered_as,
               base::Time now);

  /// Bytes for the edge, "" if there are none now.
  std::string take_bytes(base::Time now);
  void sent(std::size_t bytes, base::Time now);
  /// The last bytes for the edge; the session is over. `others`: where else the peer may try.
  std::string end(const Refusal& refusal, base::Time now, PeerExchange others = {});

  [[nodiscard]] SessionState state() const { return state_; }
  [[nodiscard]] bool is_open() const {
    return state_ == SessionState::kOpenFull || state_ == SessionState::kOpenBasic;
  }
  [[nodiscard]] Role role() const { return role_; }
  /// Valid from Introduced on.
  [[nodiscard]] const Handshake& theirs() const { return *exchange_.theirs(); }
  [[nodiscard]] bool introduced() const { return exchange_.theirs().has_value(); }
  [[nodiscard]] bool basic() const { return introduced() && !theirs().identity; }
  [[nodiscard]] std::optional<base::NodeId> id() const;
  [[nodiscard]] const std::string& name() const { return spelling_.peer_name; }
  [[nodiscard]] const Nonce& own_nonce() const { return exchange_.own_nonce(); }
  [[nodiscard]] const SessionCounts& counts() const { return counts_; }
  [[nodiscard]] const SendQueue& queue() const { return queue_; }
  [[nodiscard]] base::Time heard() const { return heard_; }
  [[nodiscard]] std::int64_t round_trip_us() const { return round_trip_us_; }
  /// How far the peer's wall clock is ahead of ours, by the last heartbeat; nothing: none yet.
  [[nodiscard]] std::optional<std::int64_t> clock_ahead_ms() const { return clock_ahead_ms_; }

 private:
  std::optional<SessionEvent> take_text(std::string_view text, base::Time now);
  std::optional<SessionEvent> take_message(Message message, MessageType type, base::Time now);
  std::optional<SessionEvent> take_handshake(const Handshake& theirs);
  void take_heartbeat_ack(std::int64_t peer_wall_ms, base::Time now);
  SessionEvent must_end(Refusal refusal);
  [[nodiscard]] Refusal lateness(Deadline deadline) const;
  std::int64_t& deadline(Deadline which) { return deadlines_[static_cast<std::size_t>(which)]; }
  void set_deadline(Deadline which, base::Time now, std::int64_t after_ms);
  void clear_deadline(Deadline which);
  void watch_progress();
  void count_in(std::size_t type, std::size_t bytes);
  void count_out(MessageType type, std::size_t bytes);

  Role role_;
  SessionState state_;
  std::string own_name_;
  HandshakeExchange exchange_;
  FrameReader frames_{kFrameBytesBeforeHandshake};
  SendQueue queue_;
  base::TokenBucket rate_;
  Spelling spelling_;
  std::array<std::int64_t, kDeadlines> deadlines_;
  std::deque<std::int64_t> beats_us_;  ///< heartbeats sent and not answered
  SessionCounts counts_;
  RouteTraffic* traffic_;
  base::Time heard_;
  std::int64_t round_trip_us_ = -1;
  std::optional<std::int64_t> clock_ahead_ms_;
};

}  // namespace syrah::p2p
