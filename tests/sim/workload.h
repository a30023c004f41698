#pragma once

// Clients: each lives at one host, has one account, does one thing after the other, remembers what
// it was told, and repeats itself when it was told nothing.

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "api/auth.h"
#include "base/random.h"
#include "sim/checkers/told.h"
#include "sim/scenario.h"
#include "sim/sim_host.h"

namespace syrah::sim {

/// What clients learn, for those who check it.
class ClientListener {
 public:
  virtual ~ClientListener() = default;
  virtual void placed(const Intent& intent, const ToldOrder& order) = 0;
  virtual void told(const ToldOrder& order) = 0;
  virtual void told_cancelled(const base::OrderId& order) = 0;
  virtual void told_not_found(const base::OrderId& order) = 0;
  /// An answer that no client should ever get for what it asked.
  virtual void odd_answer(HostIndex host, const std::string& asked,
                          const api::HttpResponse& answer) = 0;
};

class Workload {
 public:
  Workload(const WorkTerms& terms, std::uint64_t seed, Scheduler& scheduler,
           std::vector<SimHost*> hosts, ClientListener& listener);

  /// Clients begin, and do their requests before `until_us`.
  void start(std::int64_t until_us);
  /// One resting order at `host`; everyone takes it at once.
  void storm(HostIndex host);
  /// Every client asks for every order it knows.
  void ask_for_everything();

  void replied(HostIndex host, std::uint64_t request, const api::HttpResponse& http);
  /// The host went down: nobody will answer.
  void gone(HostIndex host);

  [[nodiscard]] std::uint64_t requests() const { return last_request_; }
  /// Answers by status.
  [[nodiscard]] const std::map<int, std::uint64_t>& answers() const { return answers_; }
  [[nodiscard]] std::size_t unanswered() const { return pending_.size(); }

 private:
  static constexpr std::size_t kNobody = static_cast<std::size_t>(-1);

  enum class Kind : std::uint8_t { kPlace, kCancel, kCancelAll, kReplace, kGet, kLook };
  struct KnownOrder {
    Intent intent;
    base::OrderId id;
    std::int64_t expires_wall_us = 0;
  };
  struct Client {
    HostIndex host = 0;
    api::ApiKey key;
    std::vector<KnownOrder> orders;
    std::uint64_t last_client_id = 0;
    std::uint64_t waits_for = 0;  ///< request, 0: none
  };
  struct Pending {
    Kind kind = Kind::kLook;
    HostIndex host = 0;
    std::size_t client = kNobody;
    Intent intent;  ///< kPlace
    std::int64_t expires_wall_us = 0;
    base::OrderId order;  ///< kGet, kCancel, kReplace
    std::string asked;    ///< for messages
    std::uint32_t attempts = 1;
    bool aside = false;  ///< the client does not wait for it
  };

  /// As the client's host sees it: whoever signs asks for the time first.
  [[nodiscard]] std::int64_t wall_us(std::size_t client) const;
  void think(std::size_t client);
  void act(std::size_t client);
  void act_on_known(std::size_t client, std::uint64_t dice);
  Intent new_intent(std::size_t client);
  void place(std::size_t client, const Intent& intent, std::int64_t expires_wall_us,
             std::uint32_t attempts, bool aside);
  void ask(std::size_t client, Pending pending, const std::string& method,
           const std::string& target, const std::string& body = {});
  void send(std::uint64_t number, Pending pending, api::HttpRequest http);
  void give_up(std::uint64_t request);
  void lost(Pending pending);
  void understood(Pending& pending, const api::HttpResponse& http);
  void note_placed(const Pending& pending, const ToldOrder& order);
  [[nodiscard]] bool is_odd(const Pending& pending, int status) const;
  std::int64_t draw_price();

  WorkTerms terms_;
  base::Random random_;
  Scheduler& scheduler_;
  std::vector<SimHost*> hosts_;
  std::vector<base::NodeId> homes_;
  ClientListener& listener_;
  std::vector<Client> clients_;
  std::map<std::uint64_t, Pending> pending_;
  std::map<int, std::uint64_t> answers_;
  std::uint64_t last_request_ = 0;
  std::uint64_t last_intent_ = 0;
  std::uint64_t budget_ = 0;
  std::int64_t until_us_ = 0;
  std::int64_t mid_ticks_ = 10'000;
};

}  // namespace syrah::sim
