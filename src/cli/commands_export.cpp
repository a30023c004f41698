// The history as rows for other programs, oldest first.

#include <fmt/format.h>

#include "cli/commands_stream.h"
#include "cli/export_rows.h"
#include "cli/json_text.h"
#include "cli/order_line.h"

namespace syrah::cli {
namespace {

class Export {
 public:
  Export(const Session& session, const ExportTerms& terms, TimeRange range)
      : session_(session), terms_(terms), kind_(export_kind(terms.what)), range_(range) {}

  int run() {
    std::vector<std::string> instruments = {terms_.instrument};
    if (terms_.what == "trades" && terms_.instrument.empty()) {
      auto names = instrument_names(session_);
      if (!names) return fail(session_, names.error());
      instruments = *std::move(names);
    }
    if (!terms_.json) session_.surroundings.out << csv_head(kind_) << '\n';
    for (const std::string& instrument : instruments) {
      if (const base::Status done = pages(instrument); !done) {
        session_.surroundings.out.flush();
        const int status = fail(session_, done.error());
        session_.surroundings.err << "syrah: the export is not complete\n";
        return status;
      }
    }
    return kExitDone;
  }

 private:
  /// Upwards from the oldest row. Trades stand in the order in which the node learned of them, and
  /// what other nodes told late has earlier times: only looking at all of them is exact. Own orders
  /// and fills stand in the order of their times, so the node skips those out of the range.
  base::Status pages(const std::string& instrument) {
    std::string cursor = "0";
    while (true) {
      const auto answer = page(instrument, cursor);
      if (!answer) return answer.error();
      for (const json::Value* const row : oldest_first(answer->value)) {
        if (const base::Status written = write(instrument, *row); !written) return written;
      }
      std::ostream& out = session_.surroundings.out;
      if (!out.flush()) return base::Error{base::ErrorCode::kIo, "the output cannot be written"};
      if (!answer->full) return base::success();
      cursor = answer->newer;
    }
  }

  base::Result<Answer> page(const std::string& instrument, const std::string& cursor) {
    const std::string query = fmt::format("limit=1000&before={}", cursor);
    const std::string product = instrument.empty() ? "" : "&product_id=" + url_encoded(instrument);
    if (terms_.what == "trades") {
      return session_.client.get(
          fmt::format("/products/{}/trades?{}", url_encoded(instrument), query));
    }
    std::string more = product;
    if (!terms_.from.empty()) more += "&start_date=" + url_encoded(terms_.from);
    if (!terms_.to.empty()) more += "&end_date=" + url_encoded(terms_.to);
    if (terms_.what == "fills") {
      return session_.client.signed_call("GET", fmt::format("/fills?{}{}", query, more));
    }
    return session_.client.signed_call("GET", fmt::format("/orders?status=all&{}{}", query, more));
  }

  base::Status write(const std::string& instrument, const json::Value& row) {
    const auto time_us = time_of(kind_, row);
    if (!time_us) return time_us.error();
    if (!range_.has(*time_us)) return base::success();
    std::ostream& out = session_.surroundings.out;
    if (!terms_.json) {
      out << csv_line(kind_, instrument, row) << '\n';
    } else if (row.find("product_id") != nullptr) {
      out << json_text(row) << '\n';
    } else {
      out << json_text_with("product_id", instrument, row) << '\n';
    }
    return base::success();
  }

  const Session& session_;
  const ExportTerms& terms_;
  const ExportKind& kind_;
  TimeRange range_;
};

}  // namespace

int export_rows(const Session& session, const ExportTerms& terms) {
  TimeRange range;
  for (const auto& [text, bound] :
       {std::pair{&terms.from, &range.from_us}, std::pair{&terms.to, &range.to_us}}) {
    if (text->empty()) continue;
    const auto time_us = read_bound(*text);
    if (!time_us) return fail(session, time_us.error());
    *bound = *time_us;
  }
  return Export(session, terms, range).run();
}

}  // namespace syrah::cli
