#include "sim/sim_network.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "p2p/limits.h"

namespace syrah::sim {
namespace {

constexpr std::int64_t kDialTimeoutUs = 3'000'000;
/// What the system takes from a program whose peer does not acknowledge any more.
constexpr std::size_t kSocketBufferBytes = 64 * 1024;
/// When the systems give up on a connection with a hole.
constexpr std::int64_t kGiveUpUsMin = 3'000'000;
constexpr std::int64_t kGiveUpUsMax = 20'000'000;
constexpr std::size_t kChunksSpared = 4;

}  // namespace

void SimNetwork::FrameCursor::pass(const std::string& bytes) {
  ++chunks;
  for (std::size_t i = 0; i < bytes.size();) {
    if (header_bytes < p2p::kFrameHeaderBytes) {
      length = length << 8U | static_cast<std::uint8_t>(bytes[i++]);
      ++header_bytes;
      continue;
    }
    const std::size_t part = std::min(length, bytes.size() - i);
    i += part;
    length -= part;
    if (length == 0) header_bytes = 0;
  }
}

SimNetwork::SimNetwork(Scheduler& scheduler, NetworkTerms terms, std::uint64_t seed)
    : scheduler_(scheduler),
      terms_(terms),
      random_(seed),
      cut_(kHostsMax * kHostsMax, false),
      clogged_until_us_(kHostsMax * kHostsMax, 0) {}

void SimNetwork::add_host(NetworkPort& port, const base::Endpoint& endpoint) {
  SYRAH_CHECK(hosts_.size() < kHostsMax, "too many hosts");
  Host host;
  host.port = &port;
  host.endpoint = endpoint;
  hosts_.push_back(std::move(host));
}

void SimNetwork::host_up(HostIndex index) {
  Host& host = hosts_.at(index);
  host.up = true;
  ++host.boot;
}

void SimNetwork::host_down(HostIndex index, bool silently) {
  Host& host = hosts_.at(index);
  host.up = false;
  ++host.boot;
  for (const auto& [id, number] : std::exchange(host.links, {})) {
    Link& link = links_.at(number);
    const std::size_t side = link.ends[0].host == index && link.ends[0].id == id ? 0 : 1;
    End& own = link.ends[side];
    End& other = link.ends[1 - side];
    own.open = false;
    if (!silently && reachable(index, other.host)) {
      scheduler_.after(latency_us(),
                       [this, number = number, side] { end(number, 1 - side, "reset by peer"); });
    } else {
      other.hole = true;  // whatever it sends now is lost, until somebody gives up
      give_up_later(number);
    }
    drop_if_over(number);
  }
}

bool SimNetwork::reachable(HostIndex from, HostIndex to) const { return !cut_.at(index(from, to)); }

std::int64_t SimNetwork::latency_us() {
  std::int64_t us = random_.between(terms_.latency_us_min, terms_.latency_us_max);
  if (random_.chance(terms_.spike_ppm)) us += random_.between(0, terms_.spike_us_max);
  return us;
}

std::int64_t SimNetwork::arrival_us(Link& link, std::size_t side) {
  End& from = link.ends[side];
  const std::int64_t clogged_us = clogged_until_us_.at(index(from.host, link.ends[1 - side].host));
  const std::int64_t leaves_us = std::max(scheduler_.now_us(), clogged_us);
  from.arrival_us = std::max(from.arrival_us + 1, leaves_us + latency_us());
  return from.arrival_us;
}

void SimNetwork::clog(HostIndex from, HostIndex to, std::int64_t until_us) {
  std::int64_t& clogged = clogged_until_us_.at(index(from, to));
  clogged = std::max(clogged, until_us);
}

void SimNetwork::refuse(HostIndex host, std::uint64_t boot, p2p::ConnectionId id,
                        std::int64_t delay_us, const std::string& reason) {
  scheduler_.after(delay_us, [this, host, boot, id, reason] {
    if (hosts_[host].boot == boot) hosts_[host].port->dial_failed(id, reason);
  });
}

void SimNetwork::dial(HostIndex from, p2p::ConnectionId id, const base::Endpoint& remote) {
  const std::uint64_t boot = hosts_.at(from).boot;
  const auto target = std::find_if(hosts_.begin(), hosts_.end(),
                                   [&](const Host& host) { return host.endpoint == remote; });
  if (target == hosts_.end()) {
    refuse(from, boot, id, latency_us(), "no route to host");
    return;
  }
  const auto to = static_cast<HostIndex>(target - hosts_.begin());
  if (!reachable(from, to) || !reachable(to, from)) {
    refuse(from, boot, id, kDialTimeoutUs, "timed out");
    return;
  }
  scheduler_.after(latency_us(), [this, from, boot, id, to] { establish(from, boot, id, to); });
}

void SimNetwork::establish(HostIndex from, std::uint64_t boot, p2p::ConnectionId id, HostIndex to) {
  if (hosts_[from].boot != boot) return;
  if (!hosts_[to].up) {
    refuse(from, boot, id, latency_us(), "connection refused");
    return;
  }
  Host& dialler = hosts_[from];
  Host& listener = hosts_[to];
  const p2p::ConnectionId accepted = listener.next_accepted;
  listener.next_accepted += 2;
  const std::uint64_t number = next_link_++;
  Link link;
  link.ends[0].host = from;
  link.ends[0].id = id;
  link.ends[0].open = true;
  link.ends[1] = link.ends[0];
  link.ends[1].host = to;
  link.ends[1].id = accepted;
  link.ends[1].known = true;
  dialler.links[id] = number;
  listener.links[accepted] = number;
  const base::Endpoint origin{dialler.endpoint.host, dialler.next_port++};
  // The answer travels back, and nothing that the listener sends may overtake it.
  const std::int64_t back_us = arrival_us(link, 1);
  links_.emplace(number, link);
  scheduler_.at(back_us, [this, from, boot, id, to] {
    const auto open = hosts_[from].links.find(id);
    if (hosts_[from].boot != boot || open == hosts_[from].links.end()) return;
    links_.at(open->second).ends[0].known = true;
    hosts_[from].port->connected(id, hosts_[to].endpoint, true);
  });
  listener.port->connected(accepted, origin, false);
}

void SimNetwork::send(HostIndex host, p2p::ConnectionId id, std::string bytes) {
  const auto found = hosts_.at(host).links.find(id);
  if (found == hosts_[host].links.end()) return;
  const std::uint64_t number = found->second;
  Link& link = links_.at(number);
  const std::size_t side = link.ends[0].host == host && link.ends[0].id == id ? 0 : 1;
  End& from = link.ends[side];
  ++traffic_.sent;
  if (from.hole || !reachable(host, link.ends[1 - side].host)) {
    lose(number, side, bytes.size());
    return;
  }
  confirm(number, side, bytes.size());
  if (random_.chance(terms_.reset_ppm)) {
    from.hole = true;
    ++traffic_.lost;
    scheduler_.after(latency_us(), [this, number] { break_link(number, "reset by peer"); });
    return;
  }
  bool whole_frames = from.cursor.at_boundary() && from.cursor.chunks >= kChunksSpared;
  from.cursor.pass(bytes);
  whole_frames = whole_frames && from.cursor.at_boundary();
  if (whole_frames && random_.chance(terms_.drop_ppm)) {
    ++traffic_.lost;
    return;
  }
  if (whole_frames && random_.chance(terms_.duplicate_ppm)) {
    ++traffic_.doubled;
    carry(number, side, bytes);
  }
  carry(number, side, std::move(bytes));
}

void SimNetwork::lose(std::uint64_t number, std::size_t side, std::size_t bytes) {
  End& from = links_.at(number).ends[side];
  if (!from.hole) {
    from.hole = true;
    give_up_later(number);
  }
  ++traffic_.lost;
  from.unsent += bytes;
  if (from.unsent <= kSocketBufferBytes) confirm(number, side, bytes);
}

void SimNetwork::confirm(std::uint64_t number, std::size_t side, std::size_t bytes) {
  constexpr std::int64_t kSendUs = 20;
  const Link& sending = links_.at(number);
  const std::int64_t clogged_us =
      clogged_until_us_.at(index(sending.ends[side].host, sending.ends[1 - side].host));
  const std::int64_t leaves_us = std::max(scheduler_.now_us() + kSendUs, clogged_us);
  scheduler_.at(leaves_us, [this, number, side, bytes] {
    const auto link = links_.find(number);
    if (link == links_.end() || !link->second.ends[side].open) return;
    const End& end = link->second.ends[side];
    hosts_[end.host].port->sent(end.id, bytes);
  });
}

void SimNetwork::carry(std::uint64_t number, std::size_t side, std::string bytes) {
  scheduler_.at(arrival_us(links_.at(number), side),
                [this, number, side, chunk = std::move(bytes)]() mutable {
                  deliver(number, side, std::move(chunk));
                });
}

void SimNetwork::deliver(std::uint64_t number, std::size_t side, std::string bytes) {
  const auto link = links_.find(number);
  if (link == links_.end()) return;
  const End& from = link->second.ends[side];
  const End& to = link->second.ends[1 - side];
  if (!to.open) return;
  if (from.hole || !reachable(from.host, to.host)) {
    lose(number, side, 0);
    return;
  }
  hosts_[to.host].port->received(to.id, std::move(bytes));
}

void SimNetwork::close(HostIndex host, p2p::ConnectionId id) {
  const auto found = hosts_.at(host).links.find(id);
  if (found == hosts_[host].links.end()) return;
  const std::uint64_t number = found->second;
  hosts_[host].links.erase(found);
  Link& link = links_.at(number);
  const std::size_t side = link.ends[0].host == host && link.ends[0].id == id ? 0 : 1;
  End& own = link.ends[side];
  own.open = false;
  const HostIndex other = link.ends[1 - side].host;
  if (!own.hole && reachable(host, other)) {
    scheduler_.at(arrival_us(link, side),
                  [this, number, side] { end(number, 1 - side, "closed by peer"); });
  } else if (link.ends[1 - side].open) {
    give_up_later(number);
  }
  drop_if_over(number);
}

void SimNetwork::end(std::uint64_t number, std::size_t side, const std::string& reason) {
  const auto link = links_.find(number);
  if (link == links_.end()) return;
  End& end = link->second.ends[side];
  if (!end.open) return;
  end.open = false;
  const End ended = end;
  hosts_[ended.host].links.erase(ended.id);
  drop_if_over(number);
  if (ended.known) {
    hosts_[ended.host].port->closed(ended.id, reason);
  } else {
    hosts_[ended.host].port->dial_failed(ended.id, reason);
  }
}

void SimNetwork::drop_if_over(std::uint64_t number) {
  const auto link = links_.find(number);
  if (link == links_.end()) return;
  if (!link->second.ends[0].open && !link->second.ends[1].open) links_.erase(link);
}

void SimNetwork::give_up_later(std::uint64_t number) {
  scheduler_.after(random_.between(kGiveUpUsMin, kGiveUpUsMax),
                   [this, number] { break_link(number, "timed out"); });
}

void SimNetwork::break_link(std::uint64_t number, const std::string& reason) {
  end(number, 0, reason);
  end(number, 1, reason);
}

void SimNetwork::heal() {
  std::fill(cut_.begin(), cut_.end(), false);
  std::vector<std::uint64_t> broken;
  for (const auto& [number, link] : links_) {
    const bool half_open = !link.ends[0].open || !link.ends[1].open;
    if (link.ends[0].hole || link.ends[1].hole || half_open) broken.push_back(number);
  }
  for (const std::uint64_t number : broken) {
    scheduler_.after(latency_us(), [this, number] { break_link(number, "reset by peer"); });
  }
}

void SimNetwork::calm() {
  terms_.spike_ppm = 0;
  terms_.drop_ppm = 0;
  terms_.duplicate_ppm = 0;
  terms_.reset_ppm = 0;
}

void SimNetwork::reset_one(HostIndex host) {
  const auto& links = hosts_.at(host).links;
  if (links.empty()) return;
  auto chosen = links.begin();
  std::advance(chosen, static_cast<std::ptrdiff_t>(random_.below(links.size())));
  break_link(chosen->second, "reset by peer");
}

}  // namespace syrah::sim
