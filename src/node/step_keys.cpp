#include <utility>

#include "node/step.h"

namespace syrah::node {

void Step::save_keys(std::uint64_t request, api::KeepsKeys keeps) {
  const std::uint64_t save = ++parts_.last_key_save;
  parts_.key_saves.emplace(save, OpenKeySave{request, std::move(keeps)});
  // What was cancelled is durable before the switch that cancelled it is forgotten.
  parts_.outbox.wait(SaveKeys{save, api::write_key_records(parts_.clients.records())});
  release();
}

void Step::on(const KeysSaved& input) {
  const auto found = parts_.key_saves.find(input.save);
  if (found == parts_.key_saves.end()) return;
  OpenKeySave open = std::move(found->second);
  parts_.key_saves.erase(found);
  if (!input.trouble.empty()) {
    log(base::LogLevel::kError, "API keys not written", {{"why", input.trouble}});
    open.keeps.response = api::take_back(open.keeps.change, parts_.clients);
  }
  if (open.request == 0) return;
  parts_.outbox.wait(Reply{open.request, std::move(open.keeps.response)});
  release();
}

void Step::cancel_orders_of(const api::SwitchRecord& who, const std::string& why) {
  const auto cancelled = parts_.exchange.cancel_placed_by(who.account, api::key_tag(who.key), now_);
  log(base::LogLevel::kInfo, "all orders of a key cancelled: " + why,
      {{"account", who.account}, {"key", who.key}, {"orders", std::to_string(cancelled.size())}});
}

void Step::cancel_what_is_due() {
  const std::vector<api::SwitchRecord> due = parts_.clients.cancel_after.expire(now_);
  for (const api::SwitchRecord& who : due) {
    cancel_orders_of(who, "its key was not heard in time");
  }
  if (due.empty()) return;
  settle();
  save_keys(0, {});
}

void Step::cancel_what_was_due() {
  const std::vector<api::SwitchRecord> was_on = std::exchange(parts_.config.api_switches, {});
  for (const api::SwitchRecord& who : was_on) {
    cancel_orders_of(who, "cancel-after was on when the node stopped");
  }
  if (was_on.empty()) return;
  settle();
  save_keys(0, {});
}

void Step::client_connection_ended(std::uint64_t connection) {
  const auto who = parts_.clients.cancel_after.connection_ended(connection);
  if (!who) return;
  if (parts_.phase == Phase::kRunning) {
    cancel_orders_of(*who, "its connection has ended");
    settle();
    save_keys(0, {});
  }
}

}  // namespace syrah::node
