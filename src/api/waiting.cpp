#include "api/waiting.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/order_codec.h"

namespace syrah::api {
namespace {

constexpr std::size_t kBriefDigits = 8;

std::string seconds(std::int64_t ms) { return fmt::format("{}.{} s", ms / 1000, ms % 1000 / 100); }

}  // namespace

const FeedLine* find_feed(const NodeView& view, const base::NodeId& home) {
  const std::string id = home.text();
  const auto found = std::find_if(view.feeds.begin(), view.feeds.end(),
                                  [&](const FeedLine& feed) { return feed.home == id; });
  return found == view.feeds.end() ? nullptr : &*found;
}

std::string_view name_of(const NodeView& view, std::string_view id) {
  if (id == view.id) return view.name;
  const auto found = std::find_if(view.peers.begin(), view.peers.end(),
                                  [&](const PeerLine& peer) { return peer.id == id; });
  return found == view.peers.end() ? std::string_view() : std::string_view(found->name);
}

std::string person_of(const NodeView& view, std::string_view id) {
  const std::string_view brief = id.substr(0, kBriefDigits);
  const std::string_view name = name_of(view, id);
  return name.empty() || name == id ? std::string(brief) : fmt::format("{} ({})", name, brief);
}

WaitsFor waits_for(const exchange::Hold& hold, const NodeView& view) {
  const base::NodeId& home = hold.request.maker.home;
  const std::string who = person_of(view, home.text());
  const FeedLine* const feed = find_feed(view, home);
  if (feed == nullptr) return {"home", fmt::format("for {}, which is not known here", who)};
  if (feed->state == "forked") {
    return {"operator",
            fmt::format("for nobody: {} broke the rules and is not believed any more; the hold can "
                        "be abandoned",
                        who)};
  }
  if (feed->state != "live") {
    const std::string since =
        feed->heard_ms_ago < 0 ? "since this node started" : "for " + seconds(feed->heard_ms_ago);
    return {"home", fmt::format("for {}, which was not heard {}", who, since)};
  }
  if (feed->newest > feed->seq) {
    return {"entries", fmt::format("for {} entries of {} that have not come here yet",
                                   feed->newest - feed->seq, who)};
  }
  return {"answer", fmt::format("for the answer of {}", who)};
}

void write_hold(json::Writer& out, const exchange::Hold& hold, const exchange::Order& order,
                const exchange::Instrument& instrument, const NodeView& view, base::Time now) {
  const exchange::OrderId& maker = hold.request.maker;
  const std::string home = maker.home.text();
  const FeedLine* const feed = find_feed(view, maker.home);
  const WaitsFor waits = waits_for(hold, view);
  out.begin_object()
      .integer("hold", static_cast<std::int64_t>(hold.seq))
      .string("order_id", base::PublicId::of(order.id).text())
      .string("product_id", order.instrument)
      .string("side", exchange::to_text(order.side))
      .string("maker_home", home)
      .string("maker_name", name_of(view, home))
      .string("maker_state", feed == nullptr ? "unknown" : feed->state)
      .integer("maker_heard_ms_ago", feed == nullptr ? -1 : feed->heard_ms_ago)
      .string("maker_order_id", base::PublicId::of(maker).text())
      .string("price", instrument.text(hold.request.price))
      .string("size", instrument.text(hold.request.quantity))
      .string("since", time_text(hold.time))
      .integer("age_ms", std::max<std::int64_t>(0, now.wall_ms() - hold.time.ms))
      .string("waits_for", waits.word)
      .string("message", "waits " + waits.text)
      .end_object();
}

}  // namespace syrah::api
