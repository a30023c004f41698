#include "grenache/grape_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "grenache/grape_answer.h"
#include "grenache/limits.h"

namespace syrah::grenache {
namespace {

using base::LogLevel;
using base::LogLine;

Vantage vantage_at(const Grape& grape) {
  return grape.local ? Vantage::kThisHost : vantage_of(grape.api.host);
}

}  // namespace

GrapeClient::GrapeClient(Config config, CallNumbers& numbers, std::uint64_t random_seed)
    : config_(std::move(config)),
      numbers_(numbers),
      random_(random_seed),
      rid_prefix_(fmt::format("{:08x}", random_.next() >> 32)),
      standings_(config_.grapes.size(), Standing::kSilent) {
  std::vector<std::size_t> all;
  for (std::size_t grape = 0; grape < config_.grapes.size(); ++grape) {
    all.push_back(grape);
    if (!config_.grapes[grape].local) continue;
    for (const Service& service : config_.announced) {
      SYRAH_CHECK(service.port != 0, "port 0 would announce the Grape itself");
      SYRAH_CHECK(service.name.size() <= kServiceBytesMax, "a service's name is too long");
      Task& task = tasks_.emplace_back();
      task.kind = kAnnounce;
      task.service = service;
      task.grapes = {grape};
      standings_[grape] = Standing::kUnknown;
    }
  }
  if (all.empty() || config_.sought.empty()) return;
  standings_.assign(all.size(), Standing::kUnknown);
  for (const std::string& name : config_.sought) {
    SYRAH_CHECK(name.size() <= kServiceBytesMax, "a service's name is too long");
    Task& task = tasks_.emplace_back();
    task.service.name = name;
    task.grapes = all;
  }
}

void GrapeClient::start(base::Time now, Outputs& out) {
  running_ = true;
  for (Task& task : tasks_) {
    task.since_us = now.steady_us;
    task.wait_us = 0;
    task.wait_hungry_us = 0;
    task.backoff_ms = 0;
  }
  tick(now, out);
}

void GrapeClient::stop() { running_ = false; }

void GrapeClient::tick(base::Time now, Outputs& out) {
  if (!running_) return;
  for (std::size_t i = 0; i < tasks_.size(); ++i) {
    if (!tasks_[i].calling && due_us(tasks_[i]) <= now.steady_us) call(i, out);
  }
}

std::int64_t GrapeClient::next_deadline_us() const {
  std::int64_t next_us = base::kNeverUs;
  if (!running_) return next_us;
  for (const Task& task : tasks_) {
    if (!task.calling) next_us = std::min(next_us, due_us(task));
  }
  return next_us;
}

std::int64_t GrapeClient::due_us(const Task& task) const {
  const bool fast = hungry_ && task.kind == kLookup;
  return task.since_us + (fast ? task.wait_hungry_us : task.wait_us);
}

std::int64_t GrapeClient::random_us(std::int64_t low_ms, std::int64_t high_ms) {
  return random_.between(low_ms * base::kUsPerMs, high_ms * base::kUsPerMs);
}

void GrapeClient::call(std::size_t index, Outputs& out) {
  Task& task = tasks_[index];
  const std::uint64_t number = numbers_.next();
  const std::string rid = fmt::format("{}{:x}", rid_prefix_, number);
  const bool announces = task.kind == kAnnounce;
  task.calling = true;
  calls_.emplace(number, index);
  out.push_back(HttpCall{
      number, config_.grapes[task.grapes[task.at]].api, announces ? "/announce" : "/lookup",
      announces ? announce_body(rid, task.service) : lookup_body(rid, task.service.name),
      kGrapeTimeoutMs});
}

bool GrapeClient::answered(std::uint64_t call, const HttpAnswer& answer, base::Time now,
                           Outputs& out) {
  const auto found = calls_.find(call);
  if (found == calls_.end()) return false;
  const std::size_t index = found->second;
  calls_.erase(found);
  Task& task = tasks_[index];
  task.calling = false;
  if (!running_) return true;
  if (task.kind == kAnnounce) {
    const base::Result<std::int64_t> stored = read_announced(answer);
    ++(stored ? counts_.announces_ok : counts_.announces_failed);
    if (stored) {
      succeeded(task, now, out);
    } else {
      failed(index, stored.error(), now, out);
    }
    return true;
  }
  const Grape& grape = config_.grapes[task.grapes[task.at]];
  base::Result<std::vector<base::Endpoint>> addresses = read_found(answer, vantage_at(grape));
  ++(addresses ? counts_.lookups_ok : counts_.lookups_failed);
  if (!addresses) {
    failed(index, addresses.error(), now, out);
    return true;
  }
  succeeded(task, now, out);
  out.push_back(Found{task.service.name, *std::move(addresses)});
  return true;
}

void GrapeClient::succeeded(Task& task, base::Time now, Outputs& out) {
  saw(task, true, {}, now, out);
  task.done = true;
  task.failing = false;
  task.failed = 0;
  task.backoff_ms = 0;
  task.since_us = now.steady_us;
  task.wait_us = random_us(kRepeatMinMs, kRepeatMaxMs);
  task.wait_hungry_us = random_us(kHungryMinMs, kHungryMaxMs);
  if (hungry_ && task.kind == kLookup) task.at = (task.at + 1) % task.grapes.size();
  tell_working(task.kind, out);
}

void GrapeClient::failed(std::size_t index, const base::Error& error, base::Time now,
                         Outputs& out) {
  Task& task = tasks_[index];
  const base::Endpoint& grape = config_.grapes[task.grapes[task.at]].api;
  const std::string reason = fmt::format("{}: {}", grape.text(), error.message);
  const bool refused = error.code == base::ErrorCode::kRefused;
  saw(task, refused, reason, now, out);
  task.at = (task.at + 1) % task.grapes.size();
  if (++task.failed < task.grapes.size()) {
    call(index, out);
    return;
  }
  task.done = false;
  if (!std::exchange(task.failing, true)) task.failing_since_us = now.steady_us;
  task.failed = 0;
  rest(task, now);
  tell_failing(task, refused, reason, out);
}

void GrapeClient::rest(Task& task, base::Time now) {
  task.backoff_ms =
      task.backoff_ms == 0 ? kGrapeRetryMinMs : std::min(2 * task.backoff_ms, kGrapeRetryMaxMs);
  task.since_us = now.steady_us;
  task.wait_us =
      random_us(task.backoff_ms * (100 - kGrapeRetryJitterPercent) / 100, task.backoff_ms);
  task.wait_hungry_us = task.wait_us;
}

void GrapeClient::saw(const Task& task, bool answers, const std::string& reason, base::Time now,
                      Outputs& out) {
  if (task.kind == kAnnounce && !config_.sought.empty()) return;
  const std::size_t grape = task.grapes[task.at];
  standings_[grape] = answers ? Standing::kAnswers : Standing::kSilent;
  if (answers) heard_us_ = now.steady_us;
  const bool all_silent = std::all_of(standings_.begin(), standings_.end(), [](Standing standing) {
    return standing == Standing::kSilent;
  });
  if (std::exchange(told_silent_, all_silent) == all_silent) return;
  if (all_silent) {
    out.push_back(LogLine{LogLevel::kWarning, "Grapes cannot be reached", {{"reason", reason}}});
  } else {
    out.push_back(LogLine{
        LogLevel::kInfo, "Grapes answer again", {{"grape", config_.grapes[grape].api.text()}}});
  }
}

/// Tells that all Grapes failed the task although one or the other speaks. One that did not refuse
/// may have gone; whether it has, the next lookup shows.
void GrapeClient::tell_failing(const Task& task, bool refused, const std::string& reason,
                               Outputs& out) {
  if (told_silent_ || told_failing_[task.kind]) return;
  if (!refused && heard_us_ <= task.failing_since_us) return;
  if (task.kind == kAnnounce && !none_announces(task.service)) return;
  told_failing_[task.kind] = true;
  out.push_back(
      LogLine{LogLevel::kWarning,
              task.kind == kAnnounce ? "Grapes do not announce a service" : "Grapes do not look up",
              {{"service", task.service.name}, {"reason", reason}}});
}

void GrapeClient::tell_working(Kind kind, Outputs& out) {
  if (!told_failing_[kind]) return;
  const bool fails = std::any_of(tasks_.begin(), tasks_.end(), [&](const Task& task) {
    return task.kind == kind && task.failing && (kind == kLookup || none_announces(task.service));
  });
  if (fails) return;
  told_failing_[kind] = false;
  out.push_back(
      LogLine{LogLevel::kInfo,
              kind == kAnnounce ? "Grapes announce all services again" : "Grapes look up again",
              {}});
}

bool GrapeClient::none_announces(const Service& service) const {
  return std::all_of(tasks_.begin(), tasks_.end(), [&](const Task& task) {
    return task.kind != kAnnounce || task.service != service || task.failing;
  });
}

bool GrapeClient::any_answers() const {
  return std::find(standings_.begin(), standings_.end(), Standing::kAnswers) != standings_.end();
}

bool GrapeClient::announced() const {
  const auto took = [&](const Service& service) {
    return std::any_of(tasks_.begin(), tasks_.end(), [&](const Task& task) {
      return task.kind == kAnnounce && task.service == service && task.done;
    });
  };
  return !config_.announced.empty() &&
         std::all_of(config_.announced.begin(), config_.announced.end(), took);
}

}  // namespace syrah::grenache
