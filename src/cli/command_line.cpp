#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/commands.h"

namespace syrah::cli {
namespace {

/// All that arguments can say. One object, because CLI11 fills it through references.
struct Arguments {
  std::string api;
  std::string key_file;
  bool json = false;
  OrderTerms terms;
  std::string id;
  std::string instrument;
  std::string price;
  std::string quantity;
  std::string address;
  bool all = false;
  bool unconfirmed = false;
  bool watch = false;
  std::size_t depth = 10;
  std::int64_t limit = 20;
};

Arguments defaults(const Surroundings& surroundings) {
  Arguments arguments;
  arguments.api = surroundings.variable("SYRAH_API").value_or("http://127.0.0.1:8080");
  const std::string folder = surroundings.variable("DATA_DIR").value_or("./data");
  arguments.key_file =
      surroundings.variable("SYRAH_API_KEY_FILE").value_or(folder + "/api-key.json");
  return arguments;
}

/// The commands by name, and what each does.
class CommandLine {
 public:
  explicit CommandLine(const Surroundings& surroundings)
      : surroundings_(surroundings), arguments_(defaults(surroundings)) {
    app_.require_subcommand(1);
    app_.footer(
        "Exit status: 0 done, 1 refused, 2 wrong usage, 3 node not reachable.\n"
        "\"syrah COMMAND --help\" tells more of each.");
    add_node();
    add_orders();
    add_changes();
    add_market();
    add_own();
    add_peers();
  }

  int run(std::vector<std::string> words) {
    std::reverse(words.begin(), words.end());  // as CLI11 wants them
    try {
      app_.parse(std::move(words));
    } catch (const CLI::ParseError& error) {
      const bool help = error.get_exit_code() == 0;
      app_.exit(error, surroundings_.out, surroundings_.err);
      return help ? kExitDone : kExitUsage;
    }
    return action_();
  }

 private:
  using Action = std::function<int(const Session&)>;

  /// A subcommand that asks a node.
  CLI::App* add(const std::string& name, const std::string& what, const std::string& example,
                Action action) {
    CLI::App* const command = app_.add_subcommand(name, what);
    command->footer("Example: syrah " + example);
    command->add_option("--api", arguments_.api, "URL of the node's API (SYRAH_API)")
        ->capture_default_str();
    command
        ->add_option("--key-file", arguments_.key_file,
                     "file with the API key (SYRAH_API_KEY_FILE, else in DATA_DIR)")
        ->capture_default_str();
    command->add_flag("--json", arguments_.json, "print the API's own JSON");
    command->final_callback([this, action = std::move(action)] {
      action_ = [this, action] {
        return action(Session{surroundings_,
                              Client(surroundings_, arguments_.api, arguments_.key_file),
                              arguments_.json});
      };
    });
    return command;
  }

  void add_node() {
    CLI::App* const command =
        app_.add_subcommand("node", "Run a node. Environment variables configure it.");
    command->footer("Example: DATA_DIR=/var/lib/syrah syrah node");
    command->final_callback([this] { action_ = surroundings_.run_node; });
  }

  void add_orders() {
    for (const std::string side : {"buy", "sell"}) {
      CLI::App* const command = add(
          side, "Place an order to " + side + ". Without a price it is a market order.",
          side + " BTC-USD 0.5 42000 --tif gtd --until 2027-01-01T00:00:00Z",
          [this, side](const Session& session) { return place(session, side, arguments_.terms); });
      OrderTerms& terms = arguments_.terms;
      command->add_option("INSTRUMENT", terms.instrument, "as BTC-USD")->required();
      command->add_option("QUANTITY", terms.quantity, "decimal, as 0.5")->required();
      command->add_option("PRICE", terms.price, "decimal, as 42000");
      CLI::Option* const until = command->add_option(
          "--until", terms.until, "with gtd: until when, as 2027-01-01T00:00:00Z");
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
      command->parse_complete_callback([this, until] {
        if ((arguments_.terms.tif == "gtd") != (until->count() > 0)) {
          throw CLI::ValidationError("--tif gtd and --until TIME go together");
        }
      });
    }
  }

  void add_changes() {
    CLI::App* const cancel_command =
        add("cancel", "Cancel an order, or all of yours.", "cancel --all --instrument BTC-USD",
            [this](const Session& session) {
              return arguments_.all ? cancel_all(session, arguments_.instrument)
                                    : cancel(session, arguments_.id);
            });
    cancel_command->add_option("ID", arguments_.id, "the order's id, or client:YOUR-ID");
    cancel_command->add_flag("--all", arguments_.all, "all open orders");
    cancel_command->add_option("--instrument", arguments_.instrument, "with --all: only of this");
    cancel_command->parse_complete_callback([this] {
      if (arguments_.all != arguments_.id.empty()) {
        throw CLI::ValidationError("give either an ID or --all");
      }
      if (!arguments_.all && !arguments_.instrument.empty()) {
        throw CLI::ValidationError("--instrument goes with --all");
      }
    });

    CLI::App* const replace_command =
        add("replace", "Change price or quantity of an open order.",
            "replace 1f0c8a5e-0000-0000-0000-00000000002a --price 41900",
            [this](const Session& session) {
              return replace(session, arguments_.id, arguments_.price, arguments_.quantity);
            });
    replace_command->add_option("ID", arguments_.id, "the order's id")->required();
    replace_command->add_option("--price", arguments_.price, "new price");
    replace_command->add_option("--quantity", arguments_.quantity,
                                "new total quantity, what is filled included");
    replace_command->parse_complete_callback([this] {
      if (arguments_.price.empty() && arguments_.quantity.empty()) {
        throw CLI::ValidationError("give --price, --quantity or both");
      }
    });
  }

  void add_market() {
    CLI::App* const book_command = add(
        "book", "Show the order book.", "book BTC-USD --depth 20", [this](const Session& session) {
          return book(session, arguments_.instrument, arguments_.depth);
        });
    book_command->add_option("INSTRUMENT", arguments_.instrument, "as BTC-USD")->required();
    book_command->add_option("--depth", arguments_.depth, "prices a side")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();

    CLI::App* const trades_command =
        add("trades", "Show the newest trades of everyone.", "trades BTC-USD --limit 50",
            [this](const Session& session) {
              return trades(session, arguments_.instrument, arguments_.limit);
            });
    trades_command->add_option("INSTRUMENT", arguments_.instrument, "as BTC-USD")->required();
    add_limit(trades_command);
  }

  void add_own() {
    CLI::App* const orders_command =
        add("orders", "Show your open orders, newest first.", "orders --all",
            [this](const Session& session) {
              return orders(session, arguments_.all, arguments_.instrument);
            });
    orders_command->add_flag("--all", arguments_.all, "also those that are over");
    orders_command->add_option("--instrument", arguments_.instrument, "only of this");
    CLI::App* const fills_command =
        add("fills", "Show your fills, newest first.", "fills --limit 50",
            [this](const Session& session) {
              return fills(session, arguments_.limit, arguments_.unconfirmed);
            });
    fills_command->add_flag("--unconfirmed", arguments_.unconfirmed,
                            "instead, the trades with basic peers, which nothing confirms");
    add_limit(fills_command);
  }

  void add_peers() {
    CLI::App* const peers_command =
        add("peers", "Show the nodes this node is connected with, and how they were found.",
            "peers --watch",
            [this](const Session& session) { return peers(session, arguments_.watch); });
    peers_command->add_flag("--watch", arguments_.watch, "again every 2 s, until Ctrl-C");
    add("status", "Show the node and the feeds it follows.", "status --json",
        [](const Session& session) { return status(session); });
    CLI::App* const command =
        add("connect", "Make the node dial a peer.", "connect 192.168.1.7:3000",
            [this](const Session& session) { return connect(session, arguments_.address); });
    command->add_option("ADDRESS", arguments_.address, "host:port")->required();
    CLI::App* const disconnect_command =
        add("disconnect", "Part from a peer; it is not dialled again until you connect.",
            "disconnect alice",
            [this](const Session& session) { return disconnect(session, arguments_.address); });
    disconnect_command->add_option("PEER", arguments_.address, "name, id or host:port")->required();
  }

  void add_limit(CLI::App* command) {
    command->add_option("--limit", arguments_.limit, "rows")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
  }

  const Surroundings& surroundings_;
  Arguments arguments_;
  CLI::App app_{"A node of a peer-to-peer exchange, and the command line to trade on it.", "syrah"};
  std::function<int()> action_;
};

}  // namespace

int run_with(std::vector<std::string> arguments, const Surroundings& surroundings) {
  return CommandLine(surroundings).run(std::move(arguments));
}

}  // namespace syrah::cli
