#pragma once

// Turns a client's request into a question or a command to the exchange, and the outcome into an
// answer, in the conventions of the Coinbase Exchange REST API. Pure: the node holds the answer
// back until what it rests on is durable.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/clients.h"
#include "api/fees.h"
#include "api/http.h"
#include "api/indication.h"
#include "api/node_view.h"
#include "exchange/exchange.h"
#include "exchange/history.h"

namespace syrah::api {

/// What a request may look at and act on, lent for one call.
struct Context {
  exchange::Exchange& exchange;
  Clients& clients;
  Caller caller;  ///< who sends the request
  base::Time now;
  std::function<NodeView()> node;                              ///< made only when asked for
  std::function<base::Status(const std::string&)> connect;     ///< dial "host:port"
  std::function<base::Status(const std::string&)> disconnect;  ///< an id, a name or "host:port"
  const Indications& indications;                              ///< orders of basic peers
  /// Of the last message of that product in the feed (streams.h): the book is as of it.
  std::function<std::int64_t(std::string_view)> sequence;
  Fees fees = {};
  std::function<base::Status(const std::string&)> forget_name;
  std::function<ArrivalLine(const base::EntryId&)> arrival;  ///< of one entry of any feed
  /// The newest of a feed, newest first.
  std::function<std::vector<ArrivalLine>(const base::NodeId&)> arrivals;
};

/// The answer needs the history: ask it `question`, then call `finish` with the same request. Also
/// the answer to a command can need it (an order that was filled at once has left memory), so the
/// history must know by then what came of this very call.
struct NeedsHistory {
  exchange::HistoryQuery question;
};

/// Keys or switches have changed: keep Clients::records(), then answer. If they cannot be kept,
/// take_back() and answer with what it says.
struct KeepsKeys {
  HttpResponse response;
  KeyChange change;
};

using Outcome = std::variant<HttpResponse, NeedsHistory, KeepsKeys>;

/// Never throws; whatever is wrong with the request becomes {"message": "..."} with its status.
Outcome handle(const HttpRequest& request, Context& context);

/// Second half of a request that needed the history.
HttpResponse finish(const HttpRequest& request, const exchange::HistoryAnswer& answer,
                    Context& context);

/// A route as the tables have it, never a client's text: "GET", "/orders/{}".
struct RouteName {
  std::string_view method;
  std::string_view pattern;

  auto operator<=>(const RouteName&) const = default;
};

/// The route that a request is for, whatever becomes of it; empty if there is none.
RouteName route_of(const HttpRequest& request);

}  // namespace syrah::api
