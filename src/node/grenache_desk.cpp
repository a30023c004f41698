#include "node/grenache_desk.h"

#include <algorithm>
#include <utility>

#include "grenache/rpc_message.h"
#include "grenache/service_name.h"

namespace syrah::node {

using grenache::Output;

GrenacheDesk::GrenacheDesk(const GrenacheConfig& config, const base::NodeId& self,
                           std::string_view network, std::uint16_t p2p_port, std::uint64_t seed,
                           LegacyNetwork::IsHome is_home)
    : p2p_service_(grenache::p2p_service(network)),
      rpc_service_(grenache::rpc_service(network)),
      grapes_(
          {config.grapes, announced(config, network, p2p_port), sought(config, network, p2p_port)},
          numbers_, seed),
      dht_(announced(config, network, p2p_port), {}, seed + 1),
      dialled_(rpc_service_, numbers_, seed + 2),
      served_(rpc_service_) {
  if (config.legacy) legacy_.emplace(self, numbers_, seed + 3, std::move(is_home));
}

std::vector<grenache::Service> GrenacheDesk::announced(const GrenacheConfig& config,
                                                       std::string_view network,
                                                       std::uint16_t p2p_port) {
  std::vector<grenache::Service> services;
  if (p2p_port != 0) services.push_back({grenache::p2p_service(network), p2p_port});
  if (config.rpc_port == 0) return services;
  services.push_back({grenache::rpc_service(network), config.rpc_port});
  if (config.legacy) services.push_back({std::string(p2p::kLegacyService), config.rpc_port});
  return services;
}

std::vector<std::string> GrenacheDesk::sought(const GrenacheConfig& config,
                                              std::string_view network, std::uint16_t p2p_port) {
  std::vector<std::string> names;
  if (p2p_port != 0) names.push_back(grenache::p2p_service(network));
  names.push_back(grenache::rpc_service(network));
  if (config.legacy) names.emplace_back(p2p::kLegacyService);
  return names;
}

void GrenacheDesk::start(base::Time now) {
  grapes_.start(now, outputs_);
  dht_.start(now, outputs_);
}

void GrenacheDesk::stop(base::Time now) {
  grapes_.stop();
  dht_.stop();
  dialled_.close_all(now, outputs_);
  served_.close_all(now, outputs_);
}

void GrenacheDesk::answered(std::uint64_t call, const grenache::HttpAnswer& answer,
                            base::Time now) {
  // Each knows its own calls.
  if (dialled_.answered(call, answer, now, outputs_)) return;
  if (grapes_.answered(call, answer, now, outputs_)) return sort_out(now);
  if (legacy_) legacy_->answered(call, answer, now, outputs_);
}

void GrenacheDesk::dht_node_found(const base::Endpoint& address, base::Time now) {
  dht_.add_address(address, now);
  dht_.tick(now, outputs_);
}

void GrenacheDesk::datagram(const base::Endpoint& from, std::string_view bytes, base::Time now) {
  dht_.datagram(from, bytes, now, outputs_);
  sort_out(now);
}

void GrenacheDesk::requested(std::uint64_t request, std::string_view body,
                             const std::string& remote_host, base::Time now) {
  auto decoded = grenache::decode_request(body);
  if (auto* refused = std::get_if<grenache::RefusedRequest>(&decoded)) {
    outputs_.emplace_back(base::LogLine{base::LogLevel::kDebug,
                                        "RPC request refused",
                                        {{"from", remote_host}, {"reason", refused->reason}}});
    outputs_.emplace_back(grenache::RpcReply{request, std::move(refused->reply)});
    return;
  }
  const auto& rpc = std::get<grenache::RpcRequest>(decoded);
  if (legacy_ && rpc.key == p2p::kLegacyService) return hear(request, rpc);
  served_.request(request, rpc, remote_host, now, outputs_);
}

void GrenacheDesk::hear(std::uint64_t request, const grenache::RpcRequest& rpc) {
  base::Result<LegacyNetwork::Hearing> hearing = legacy_->hear(rpc.payload);
  if (!hearing) {
    const std::string error = std::string(grenache::kErrGeneric) + ": " + hearing.error().message;
    outputs_.emplace_back(grenache::RpcReply{request, grenache::encode_error(rpc.rid, error)});
    return;
  }
  outputs_.emplace_back(
      grenache::RpcReply{request, grenache::encode_result(rpc.rid, hearing->result)});
  if (hearing->message) heard_.push_back(*std::move(hearing->message));
}

/// What a Grape found is not for the edge: it becomes addresses.
void GrenacheDesk::sort_out(base::Time now) {
  for (Output& output : std::exchange(outputs_, {})) {
    if (const auto* found = std::get_if<grenache::Found>(&output)) {
      take_found(*found, now);
    } else {
      outputs_.push_back(std::move(output));
    }
  }
}

void GrenacheDesk::take_found(const grenache::Found& found, base::Time now) {
  if (found.service == p2p::kLegacyService) {
    if (legacy_) legacy_->found_all(found.endpoints, now, outputs_);
    return;
  }
  const bool tunnel = found.service == rpc_service_;
  if (tunnel && legacy_) legacy_->found_syrah(found.endpoints);
  for (const base::Endpoint& endpoint : found.endpoints) addresses_.push_back({endpoint, tunnel});
}

void GrenacheDesk::tick(base::Time now) {
  grapes_.tick(now, outputs_);
  dht_.set_quiet(!grapes_.any_answers());  // that Grapes are gone is one line, not two
  dht_.tick(now, outputs_);
  dialled_.tick(now, outputs_);
  served_.tick(now, outputs_);
  if (legacy_) legacy_->tick(now, outputs_);
  sort_out(now);
}

std::int64_t GrenacheDesk::next_deadline_us() const {
  return std::min({grapes_.next_deadline_us(), dht_.next_deadline_us(), dialled_.next_deadline_us(),
                   served_.next_deadline_us(), legacy_ ? legacy_->next_deadline_us() : INT64_MAX});
}

// ---- tunnels -----------------------------------------------------------------------------------

void GrenacheDesk::dial(std::uint64_t connection, const base::Endpoint& to, base::Time now) {
  dialled_.dial(connection, to, now, outputs_);
}

bool GrenacheDesk::has(std::uint64_t connection) const {
  return dialled_.has(connection) || served_.has(connection);
}

void GrenacheDesk::send(std::uint64_t connection, std::string_view bytes, base::Time now) {
  if (dialled_.has(connection)) return dialled_.send(connection, bytes, now, outputs_);
  served_.send(connection, bytes, now, outputs_);
}

void GrenacheDesk::close(std::uint64_t connection, base::Time now) {
  if (dialled_.has(connection)) return dialled_.close(connection, now, outputs_);
  served_.close(connection, now, outputs_);
}

// ---- old nodes, outputs ------------------------------------------------------------------------

void GrenacheDesk::tell_old_nodes(const p2p::MessageBody& body, base::Time now) {
  if (legacy_) legacy_->tell(body, now, outputs_);
}

std::vector<Output> GrenacheDesk::take_outputs() { return std::exchange(outputs_, {}); }
std::vector<GrenacheDesk::Address> GrenacheDesk::take_addresses() {
  return std::exchange(addresses_, {});
}
std::vector<p2p::Message> GrenacheDesk::take_heard() { return std::exchange(heard_, {}); }

GrenacheView GrenacheDesk::view() const {
  return {grapes_.counts(), dht_.counts(), dht_.stored(), grapes_.announced() || dht_.announced(),
          legacy_ ? std::optional(legacy_->counts()) : std::nullopt};
}

}  // namespace syrah::node
