#pragma once

// The feed: who is subscribed to what, and what everybody is told when.
//
// Messages are made at the moment that things happen (note) and told when they are durable
// (release). The answer to a subscription waits in the same queue, so a snapshot of the book and
// the messages after it fit together without a gap.
//
// A client that reads too slowly first gets its level2 updates melted into fewer, then is closed;
// nobody waits for it. Every bound is in stream_limits.h.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "api/channel.h"
#include "api/product_stream.h"
#include "api/router.h"
#include "api/stream.h"
#include "api/stream_counts.h"
#include "api/stream_request.h"

namespace syrah::api {

/// What one step says, product by product.
struct StreamNews {
  std::vector<ProductNews> products;
};
/// What one client's message leads to, once all that it rests on is durable.
struct StreamAnswer {
  using Subscription = std::pair<Channel, std::size_t>;  ///< of the product with that number

  StreamId stream = 0;
  bool subscribe = true;
  std::vector<Subscription> subscriptions;
  std::vector<StreamText> messages;
};
using StreamOutput = std::variant<StreamSend, StreamClose>;

class Streams {
 public:
  /// Sequences begin at the microsecond of the start, so that a restart never repeats one.
  Streams(const std::vector<exchange::Instrument>& instruments, const exchange::NodeId& self,
          std::int64_t started_wall_us);

  /// Candles of the last 24 hours by minute and of the last 30 days by hour, for the ticker.
  void restore(const std::string& product, const std::vector<exchange::Candle>& minutes,
               const std::vector<exchange::Candle>& hours);

  // ---- as it happens ----
  /// `facts` are those of the same step. Nothing if nothing is to be told.
  std::optional<StreamNews> note(const exchange::BookNews& news,
                                 const std::vector<exchange::Fact>& facts,
                                 const exchange::Exchange& exchange, base::Time now);
  /// Of the last message made of the product.
  [[nodiscard]] std::int64_t sequence(std::string_view product) const;

  // ---- clients ----
  void opened(StreamId stream, base::Time now);
  /// Nothing for one that is not listened to any more.
  std::optional<StreamAnswer> received(StreamId stream, std::string_view text,
                                       const Context& context);
  /// So much of what was sent has left.
  void sent(StreamId stream, std::size_t bytes);
  /// Whose orders are to be cancelled when it ends, if the client asked for that.
  [[nodiscard]] std::optional<SwitchRecord> cancels_for(StreamId stream) const;
  void closed(StreamId stream);
  void close_all(std::uint16_t code, const std::string& reason);

  // ---- once it is durable ----
  void release(StreamNews news);
  void release(const StreamAnswer& answer);

  /// Sends what is due. To be called at the end of every step.
  void flush(base::Time now);
  [[nodiscard]] std::int64_t next_deadline_us() const;
  [[nodiscard]] std::vector<StreamOutput> take_outputs() { return std::exchange(outputs_, {}); }

  [[nodiscard]] std::size_t clients() const { return clients_.size(); }
  /// Active ones.
  [[nodiscard]] CountByChannel subscriptions() const;
  [[nodiscard]] const StreamCounts& counts() const { return counts_; }

 private:
  using Subscription = StreamAnswer::Subscription;
  struct Client {
    std::int64_t opened_us = 0;
    std::int64_t second = 0;  ///< in which `messages` came
    std::uint32_t messages = 0;
    bool spoke = false;  ///< subscribed to something once
    bool closing = false;
    std::size_t queued_bytes = 0;
    std::set<Subscription> wanted;  ///< as of its last message; told apart from what is active
    std::set<Subscription> active;
    std::map<Subscription, LevelChanges> conflated;
    std::string account;  ///< signed in as; empty: not
    std::string cancels;  ///< the key whose orders are cancelled when it ends; empty: none
  };

  // streams_clients.cpp
  base::Result<StreamAnswer> answer(Client& client, const StreamRequest& request,
                                    const Context& context);
  base::Result<std::vector<Subscription>> resolve(const StreamRequest& request) const;
  base::Status sign_in(Client& client, const StreamRequest& request, const Context& context);
  base::Status subscribe(Client& client, const StreamRequest& request, const Context& context,
                         StreamAnswer& answer);
  void greet(const Subscription& subscription, const Context& context, StreamAnswer& answer);
  [[nodiscard]] StreamText subscriptions_text(const Client& client) const;
  bool too_many_messages(Client& client, base::Time now) const;

  // streams.cpp
  void activate(StreamId stream, Client& client, const Subscription& subscription);
  void deactivate(StreamId stream, Client& client, const Subscription& subscription);
  void flush_product(std::size_t product);
  void flush_users(std::size_t product, const std::vector<UserText>& texts);
  /// Adds to `sent` what was sent.
  void send(const std::vector<StreamId>& to, std::vector<StreamText> messages, std::uint64_t& sent);
  void send(Channel channel, std::size_t product, std::vector<StreamText> messages);
  [[nodiscard]] std::uint64_t& sent_of(Channel channel) {
    return counts_.messages[static_cast<std::size_t>(channel)];
  }
  void close_slow(StreamId stream, std::string reason);
  void send_levels(const Subscription& subscription, const LevelChanges& changes);
  void catch_up();
  void each_second(base::Time now);
  void close(StreamId stream, std::uint16_t code, std::string reason);
  [[nodiscard]] const std::vector<StreamId>& subscribers(Channel channel,
                                                         std::size_t product) const;

  std::vector<ProductStream> products_;
  std::map<std::string, std::size_t, std::less<>> index_;  ///< into products_
  exchange::NodeId self_;
  std::map<StreamId, Client> clients_;
  std::map<Subscription, std::vector<StreamId>> subscribers_;  ///< active ones
  std::map<std::string, std::size_t> accounts_;                ///< signed in; how many clients each
  std::set<std::size_t> gathered_;                             ///< products with something to flush
  std::set<std::size_t> batched_;  ///< products with something for level2_batch
  std::set<StreamId> conflating_;
  std::int64_t next_flush_us_ = 0;
  std::int64_t next_batch_us_ = 0;
  std::int64_t next_second_us_ = 0;
  std::int64_t seconds_ = 0;
  StreamCounts counts_;
  std::vector<StreamOutput> outputs_;
};

}  // namespace syrah::api
