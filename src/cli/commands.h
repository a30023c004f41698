#pragma once

// What each subcommand does once its arguments are known. All of them return the exit status.

#include <cstdint>
#include <string>
#include <vector>

#include "cli/client.h"
#include "cli/surroundings.h"

namespace syrah::cli {

/// What every command has in common.
struct Session {
  const Surroundings& surroundings;
  Client client;
  bool json = false;  ///< print what the API said, as it came
};

struct OrderTerms {
  std::string instrument;
  std::string quantity;
  std::string price;  ///< empty: a market order
  std::string stop;   ///< the price that a stop order waits for, or empty
  std::string tif;    ///< gtc, ioc, fok, gtd or empty
  std::string until;  ///< ISO 8601, for gtd
  bool post_only = false;
  std::string client_id;
  std::string stp;  ///< dc, co, cn, cb or empty
};

/// What a new API key is to be.
struct KeyTerms {
  std::vector<std::string> permissions;
  std::string label;
  std::string account;  ///< empty: that of the first key
  std::string out;      ///< the key file to make; empty: print it
};

/// `side` is "buy" or "sell".
int place(const Session& session, const std::string& side, const OrderTerms& terms);
int cancel(const Session& session, const std::string& id);
int cancel_all(const Session& session, const std::string& instrument);
/// Price, quantity and stop of the terms; what is empty stays as it is.
int replace(const Session& session, const std::string& id, const OrderTerms& terms);
int orders(const Session& session, bool all, const std::string& instrument);
/// `unconfirmed`: the trades with basic peers instead of the confirmed fills.
int fills(const Session& session, std::int64_t limit, bool unconfirmed);

int book(const Session& session, const std::string& instrument, std::size_t depth);
int trades(const Session& session, const std::string& instrument, std::int64_t limit);

/// `watch`: again and again, until surroundings say that it is enough.
int peers(const Session& session, bool watch);
int status(const Session& session);
int connect(const Session& session, const std::string& address);
/// `who`: an id, a name or an address.
int disconnect(const Session& session, const std::string& who);

/// Lets the node's first key make, show and revoke others.
int create_key(const Session& session, const KeyTerms& terms);
int list_keys(const Session& session);
int revoke_key(const Session& session, const std::string& key);
/// 0 ends it.
int cancel_after(const Session& session, std::int64_t seconds);

int why(const Session& session, const std::string& id);
/// Of all homes, or of one: its name or the beginning of its id.
int feeds(const Session& session, const std::string& home);
int holds(const Session& session);

/// Lets another key use the name.
int forget(const Session& session, const std::string& name);

/// Tells the error and returns the exit status that fits.
int fail(const Session& session, const base::Error& error);
/// With --json prints the answer and returns true.
bool print_json(const Session& session, const Answer& answer);

}  // namespace syrah::cli
