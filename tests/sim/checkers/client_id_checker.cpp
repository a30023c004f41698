#include "sim/checkers/client_id_checker.h"

#include <fmt/format.h>

namespace syrah::sim {

void ClientIdChecker::same(const Key& key, const base::OrderId& id, std::string_view how) {
  const auto [known, fresh] = orders_.emplace(key, id);
  if (fresh || known->second == id) return;
  report_.broken(
      kInvariant, id.home,
      fmt::format("client id {} of account {} was order {} and is {} {}", std::get<2>(key),
                  std::get<1>(key), report_.name(known->second), how, report_.name(id)));
}

void ClientIdChecker::entry(const exchange::Recorded& recorded) {
  const auto* event = std::get_if<exchange::OrderAccepted>(&recorded.event);
  if (event == nullptr || event->client_id.empty()) return;
  same({recorded.home, event->account, event->client_id}, {recorded.home, recorded.seq},
       "accepted again as");
}

void ClientIdChecker::placed(const Intent& intent, const base::OrderId& id) {
  if (intent.client_id.empty()) return;
  same({intent.home, intent.account, intent.client_id}, id, "told to be");
}

}  // namespace syrah::sim
