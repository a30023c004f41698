#include "sim/sim_http.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "json/reader.h"
#include "json/writer.h"

namespace syrah::sim {
namespace {

constexpr std::int64_t kKeptUs = 120'000'000;

}  // namespace

grenache::HttpAnswer SimGrape::answer(const std::string& path, const std::string& body,
                                      const std::string& caller, std::int64_t now_us) {
  const auto request = json::parse(body);
  const json::Value* const asked = request ? request->find("data") : nullptr;
  if (asked == nullptr) return {500, "ERR_GRAPE_PAYLOAD_INVALID", ""};
  if (path == "/announce") {
    const std::string name(asked->items()[0].string().value_or(""));
    const auto port = static_cast<std::uint16_t>(asked->items()[1].integer().value_or(0));
    services_[name][{caller, port}] = now_us + kKeptUs;
    return {200, "1", ""};
  }
  std::string found;
  json::Writer out(found);
  out.begin_array();
  for (const auto& [endpoint, until_us] : services_[std::string(asked->string().value_or(""))]) {
    if (until_us > now_us) out.string(endpoint.text());
  }
  out.end_array();
  return {200, std::move(found), ""};
}

SimHttp::SimHttp(Scheduler& scheduler, const SimNetwork& network, NetworkTerms terms,
                 std::uint64_t seed)
    : scheduler_(scheduler), network_(network), terms_(terms), random_(seed) {}

void SimHttp::add_host(HttpPort& port, const base::Endpoint& rpc) {
  hosts_.push_back({&port, rpc, false, 0});
}

void SimHttp::host_up(HostIndex host) {
  hosts_.at(host).up = true;
  ++hosts_.at(host).boot;
}

void SimHttp::host_down(HostIndex host) { hosts_.at(host).up = false; }

void SimHttp::calm() { terms_.drop_ppm = terms_.duplicate_ppm = terms_.reset_ppm = 0; }

std::int64_t SimHttp::latency_us() {
  std::int64_t latency_us = random_.between(terms_.latency_us_min, terms_.latency_us_max);
  if (random_.chance(terms_.spike_ppm)) latency_us += random_.between(0, terms_.spike_us_max);
  return latency_us;
}

/// A connection that breaks takes its one call with it, so breaking is losing here.
bool SimHttp::lost() {
  if (!random_.chance(terms_.drop_ppm + terms_.reset_ppm)) return false;
  ++traffic_.lost;
  return true;
}

void SimHttp::call(HostIndex from, grenache::HttpCall call) {
  ++traffic_.calls;
  const Call made{from, hosts_.at(from).boot, call.call};
  open_[{from, call.call}] = made.boot;
  answer_after(call.timeout_ms * 1000, made, {0, "", "no answer in time"});
  if (call.to == SimGrape::endpoint()) return ask_grape(made, call);
  const auto server = std::find_if(hosts_.begin(), hosts_.end(),
                                   [&](const Host& host) { return host.rpc == call.to; });
  if (server == hosts_.end()) {
    return answer_after(latency_us(), made, {0, "", "connection refused"});
  }
  const auto index = static_cast<HostIndex>(server - hosts_.begin());
  const int copies = random_.chance(terms_.duplicate_ppm) ? 2 : 1;
  for (int copy = 0; copy < copies; ++copy) {
    if (lost()) continue;
    scheduler_.after(latency_us(),
                     [this, made, index, body = call.body] { deliver(made, index, body); });
  }
}

void SimHttp::ask_grape(const Call& call, const grenache::HttpCall& asked) {
  scheduler_.after(latency_us(), [this, call, asked] {
    if (!grape_up_) return answer_after(latency_us(), call, {0, "", "connection refused"});
    answer_after(latency_us(), call,
                 grape_.answer(asked.path, asked.body, hosts_.at(call.caller).rpc.host,
                               scheduler_.now_us()));
  });
}

void SimHttp::deliver(const Call& call, HostIndex server, const std::string& body) {
  if (!network_.reachable(call.caller, server)) {
    ++traffic_.lost;
    return;
  }
  Host& host = hosts_.at(server);
  if (!host.up) return answer_after(latency_us(), call, {0, "", "connection refused"});
  const std::uint64_t request = ++last_request_;
  requests_[request] = {call, server, host.boot};
  host.port->requested(request, body, hosts_.at(call.caller).rpc.host);
}

void SimHttp::reply(HostIndex from, grenache::RpcReply reply) {
  const auto found = requests_.find(reply.request);
  if (found == requests_.end()) return;
  const Request request = found->second;
  requests_.erase(found);
  if (request.boot != hosts_.at(from).boot || lost()) return;
  scheduler_.after(latency_us(), [this, request, body = std::move(reply.body)] {
    if (network_.reachable(request.server, request.of.caller)) {
      answer(request.of, {200, body, ""});
    } else {
      ++traffic_.lost;
    }
  });
}

void SimHttp::answer_after(std::int64_t delay_us, const Call& call, grenache::HttpAnswer answer) {
  scheduler_.after(delay_us,
                   [this, call, answered = std::move(answer)] { this->answer(call, answered); });
}

void SimHttp::answer(const Call& call, grenache::HttpAnswer answer) {
  const auto open = open_.find({call.caller, call.call});
  if (open == open_.end() || open->second != call.boot) return;
  open_.erase(open);
  const Host& caller = hosts_.at(call.caller);
  if (caller.up && caller.boot == call.boot) caller.port->answered(call.call, std::move(answer));
}

}  // namespace syrah::sim
