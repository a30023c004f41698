// The market: book and trades.

#include <fmt/format.h>

#include "cli/book_view.h"
#include "cli/commands.h"
#include "cli/order_line.h"
#include "cli/table.h"

namespace syrah::cli {

int book(const Session& session, const std::string& instrument, std::size_t depth) {
  const auto answer = session.client.get("/products/" + url_encoded(instrument) + "/book?level=2");
  if (!answer) return fail(session, answer.error());
  if (print_json(session, *answer)) return kExitDone;
  BookLook look;
  look.depth = depth;
  look.columns = session.surroundings.columns;
  look.colour = session.surroundings.colour;
  session.surroundings.out << book_view(printable(instrument), answer->value, look);
  return kExitDone;
}

int trades(const Session& session, const std::string& instrument, std::int64_t limit) {
  const auto answer = session.client.get(
      fmt::format("/products/{}/trades?limit={}", url_encoded(instrument), limit));
  if (!answer) return fail(session, answer.error());
  if (print_json(session, *answer)) return kExitDone;
  Table table({{"time"}, {"taker"}, {"price", Align::kRight}, {"size", Align::kRight}});
  for (const json::Value& trade : answer->value.items()) {
    // The API tells the maker's side; people think of who came and took.
    const std::string taker = text_of(trade, "side") == "buy" ? "sell" : "buy";
    table.add({text_of(trade, "time"), Cell(taker, side_colour(taker)),
               Cell(text_of(trade, "price"), side_colour(taker)), text_of(trade, "size")});
  }
  if (table.empty()) {
    session.surroundings.out << fmt::format("no trades in {} yet\n", printable(instrument));
  } else {
    table.print(session.surroundings.out, session.surroundings.colour);
  }
  return kExitDone;
}

}  // namespace syrah::cli
