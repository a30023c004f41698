#pragma once

// Announces services at Grapes and looks services up, again and again.
//
// 1. Each service is looked up at one Grape, kept for as long as it answers well. After any error
//    the next one is asked at once; when none is left all rest for a while that grows. While hungry
//    for peers they take turns: one that knows nobody gives a good answer, too.
// 2. No service is looked up twice at the same time, however slow the answer.
// 3. A Grape stores its own IP address with what it is told, so only Grapes on this host are asked
//    to announce (DhtAnnouncer serves the others), and each of them each time: a Grape tells only
//    the neighbours that it knows, after a restart that may be none for a quarter of an hour, and
//    asking one more costs a small request every 45 s.
// 4. What goes wrong is logged when it begins and when it ends, not each time.
//
// Bad Grapes, if no others are there, can hide everybody, or give addresses that cost us one dial
// each: at most kLookupMax in an answer. They are one source of hints among others.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/endpoint.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "grenache/io.h"
#include "grenache/service_name.h"

namespace syrah::grenache {

struct Grape {
  base::Endpoint api;
  bool local = false;  ///< on this host, so that its IP address is also ours
};

/// Calls with their outcome, for people.
struct GrapeCounts {
  std::uint64_t announces_ok = 0;
  std::uint64_t announces_failed = 0;
  std::uint64_t lookups_ok = 0;
  std::uint64_t lookups_failed = 0;
};

class GrapeClient {
 public:
  struct Config {
    std::vector<Grape> grapes;
    std::vector<Service> announced;
    std::vector<std::string> sought;
  };

  /// `numbers` must outlive this object.
  GrapeClient(Config config, CallNumbers& numbers, std::uint64_t random_seed);

  /// Announces and looks up now and then until stop().
  void start(base::Time now, Outputs& out);
  /// Asks nothing any more; answers still to come are swallowed.
  void stop();
  void tick(base::Time now, Outputs& out);
  /// False, and nothing is done, if the call is not one of those made here. Each lookup that
  /// succeeds gives a Found, also when nobody was found.
  bool answered(std::uint64_t call, const HttpAnswer& answer, base::Time now, Outputs& out);
  [[nodiscard]] std::int64_t next_deadline_us() const;

  /// While hungry for peers it looks up every 5 s or so, at each Grape in turn.
  void set_hungry(bool hungry) { hungry_ = hungry; }

  [[nodiscard]] const GrapeCounts& counts() const { return counts_; }
  /// Whether one of the Grapes answered the last time it was asked.
  [[nodiscard]] bool any_answers() const;
  /// Whether a Grape took the last announcement of every service.
  [[nodiscard]] bool announced() const;

 private:
  enum Kind : std::uint8_t { kAnnounce, kLookup };
  /// What was last seen of a Grape, by lookups if there are any: announcing may fail where they
  /// work.
  enum class Standing : std::uint8_t { kUnknown, kAnswers, kSilent };
  /// Something that is done again and again at one of some Grapes.
  struct Task {
    Kind kind = kLookup;
    Service service;
    std::vector<std::size_t> grapes;  ///< by their place in config_.grapes; never empty
    std::size_t at = 0;               ///< the Grape to ask, by its place in `grapes`
    std::size_t failed = 0;           ///< Grapes that failed one after the other
    bool calling = false;
    bool failing = false;  ///< all of its Grapes failed the last time
    bool done = false;     ///< succeeded the last time
    std::int64_t since_us = 0;
    std::int64_t wait_us = 0;  ///< from `since_us` to the next call
    std::int64_t wait_hungry_us = 0;
    std::int64_t backoff_ms = 0;
    std::int64_t failing_since_us = 0;
  };

  [[nodiscard]] std::int64_t due_us(const Task& task) const;
  void call(std::size_t index, Outputs& out);
  void succeeded(Task& task, base::Time now, Outputs& out);
  void failed(std::size_t index, const base::Error& error, base::Time now, Outputs& out);
  void rest(Task& task, base::Time now);
  void saw(const Task& task, bool answers, const std::string& reason, base::Time now, Outputs& out);
  void tell_failing(const Task& task, bool refused, const std::string& reason, Outputs& out);
  void tell_working(Kind kind, Outputs& out);
  [[nodiscard]] bool none_announces(const Service& service) const;
  std::int64_t random_us(std::int64_t low_ms, std::int64_t high_ms);

  Config config_;
  CallNumbers& numbers_;
  base::Random random_;
  std::string rid_prefix_;
  std::vector<Standing> standings_;
  std::vector<Task> tasks_;
  std::map<std::uint64_t, std::size_t> calls_;  ///< at most one for each task
  bool running_ = false;
  bool hungry_ = false;
  std::int64_t heard_us_ = 0;  ///< when a Grape last answered a lookup
  bool told_silent_ = false;
  std::array<bool, 2> told_failing_{};  ///< by Kind
  GrapeCounts counts_;
};

}  // namespace syrah::grenache
