// The words of a trader's own orders: buy, sell, cancel, replace, orders, fills.

#include "cli/command_tree.h"

namespace syrah::cli {
namespace {

void add_orders(CommandTree& tree) {
  Arguments& arguments = tree.arguments();
  for (const std::string side : {"buy", "sell"}) {
    CLI::App* const command =
        tree.add(side, "Place an order to " + side + ". Without a price it is a market order.",
                 side + " BTC-USD 0.5 42000 --tif gtd --until 2027-01-01T00:00:00Z",
                 [&arguments, side](const Session& session) {
                   return place(session, side, arguments.terms);
                 });
    OrderTerms& terms = arguments.terms;
    command->add_option("INSTRUMENT", terms.instrument, "as BTC-USD")->required();
    command->add_option("QUANTITY", terms.quantity, "decimal, as 0.5")->required();
    command->add_option("PRICE", terms.price, "decimal, as 42000");
    command->add_option("--stop", terms.stop,
                        side == "buy" ? "a stop order: waits for a trade at this price or above"
                                      : "a stop order: waits for a trade at this price or below");
    CLI::Option* const until = command->add_option("--until", terms.until,
                                                   "with gtd: until when, as 2027-01-01T00:00:00Z");
    command
        ->add_option("--tif", terms.tif,
                     "time in force: gtc until cancelled (usual), ioc what can be filled at "
                     "once, fok all at once or nothing, gtd until --until")
        ->check(CLI::IsMember({"gtc", "ioc", "fok", "gtd"}));
    command->add_flag("--post-only", terms.post_only, "do not take, only rest in the book");
    command->add_option("--client-id", terms.client_id,
                        "an id of yours: sent twice, it is the same order");
    command
        ->add_option("--stp", terms.stp,
                     "when it meets an own order: dc decrement and cancel (usual), co cancel "
                     "oldest, cn cancel newest, cb cancel both")
        ->check(CLI::IsMember({"dc", "co", "cn", "cb"}));
    command->parse_complete_callback([&arguments, until] {
      if ((arguments.terms.tif == "gtd") != (until->count() > 0)) {
        throw CLI::ValidationError("--tif gtd and --until TIME go together");
      }
    });
  }
}

void add_changes(CommandTree& tree) {
  Arguments& arguments = tree.arguments();
  CLI::App* const cancel_command =
      tree.add("cancel", "Cancel an order, or all of yours.", "cancel --all --instrument BTC-USD",
               [&arguments](const Session& session) {
                 return arguments.all ? cancel_all(session, arguments.instrument)
                                      : cancel(session, arguments.id);
               });
  cancel_command->add_option("ID", arguments.id, "the order's id, or client:YOUR-ID");
  cancel_command->add_flag("--all", arguments.all, "all open orders");
  cancel_command->add_option("--instrument", arguments.instrument, "with --all: only of this");
  cancel_command->parse_complete_callback([&arguments] {
    if (arguments.all != arguments.id.empty()) {
      throw CLI::ValidationError("give either an ID or --all");
    }
    if (!arguments.all && !arguments.instrument.empty()) {
      throw CLI::ValidationError("--instrument goes with --all");
    }
  });

  CLI::App* const replace_command =
      tree.add("replace", "Change price, quantity or stop price of an open order.",
               "replace 1f0c8a5e-0000-0000-0000-00000000002a --price 41900",
               [&arguments](const Session& session) {
                 return replace(session, arguments.id, arguments.terms);
               });
  OrderTerms& terms = arguments.terms;
  replace_command->add_option("ID", arguments.id, "the order's id")->required();
  replace_command->add_option("--price", terms.price, "new price");
  replace_command->add_option("--quantity", terms.quantity,
                              "new total quantity, what is filled included");
  replace_command->add_option("--stop", terms.stop, "new stop price of an order that waits");
  replace_command->parse_complete_callback([&terms] {
    if (terms.price.empty() && terms.quantity.empty() && terms.stop.empty()) {
      throw CLI::ValidationError("give --price, --quantity or --stop");
    }
  });
}

void add_own(CommandTree& tree) {
  Arguments& arguments = tree.arguments();
  CLI::App* const orders_command =
      tree.add("orders", "Show your open orders, newest first.", "orders --all",
               [&arguments](const Session& session) {
                 return orders(session, arguments.all, arguments.instrument);
               });
  orders_command->add_flag("--all", arguments.all, "also those that are over");
  orders_command->add_option("--instrument", arguments.instrument, "only of this");
  CLI::App* const fills_command =
      tree.add("fills", "Show your fills, newest first.", "fills --limit 50",
               [&arguments](const Session& session) {
                 return fills(session, arguments.limit, arguments.unconfirmed);
               });
  fills_command->add_flag("--unconfirmed", arguments.unconfirmed,
                          "instead, the trades with basic peers, which nothing confirms");
  tree.add_limit(fills_command);
}

}  // namespace

void add_trade_commands(CommandTree& tree) {
  add_orders(tree);
  add_changes(tree);
  add_own(tree);
}

}  // namespace syrah::cli
