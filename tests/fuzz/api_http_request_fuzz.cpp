// The bytes are an HTTP request: its first line is "METHOD target" (a first character '!' asks for
// it to be signed), the rest the body. Whatever they are, a living exchange answers with a status
// and JSON; without a signature nothing in it changes.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "api/auth.h"
#include "api/router.h"
#include "base/check.h"
#include "json/reader.h"

namespace {

using namespace syrah;

constexpr base::Time kNow{1'000'000, 1'700'000'000'000'000};
constexpr int kRequestsPerExchange = 5000;

struct Desk {
  exchange::Exchange exchange{[] {
    exchange::ExchangeConfig config;
    config.self.bytes.fill(7);
    config.instruments = {*exchange::parse_instrument("BTC-USD:0.01:0.00000001")};
    return config;
  }()};
  api::Clients clients{api::KeyRing({{"key", "phrase", "c2VjcmV0", "alice"}}),
                       api::KeySource({}),
                       api::RateLimits({.per_key = api::Rates::kMax}),
                       {}};
  api::Indications indications;

  Desk() {
    exchange.finish_recovery();
    SYRAH_CHECK(exchange.start(kNow).ok(), "the exchange does not start");
    drain();
  }

  std::size_t drain() {
    exchange.settle(kNow);
    static_cast<void>(exchange.take_facts());
    static_cast<void>(exchange.take_book_news());
    return exchange.take_entries().size();
  }
};

Desk& desk() {
  static std::unique_ptr<Desk> living;
  static int requests = 0;
  if (!living || ++requests % kRequestsPerExchange == 0) living = std::make_unique<Desk>();
  return *living;
}

api::HttpRequest read_request(std::string_view text) {
  api::HttpRequest request;
  const bool is_signed = text.starts_with('!');
  if (is_signed) text.remove_prefix(1);
  const std::size_t line = std::min(text.find('\n'), text.size());
  const std::string_view first = text.substr(0, line);
  const std::size_t space = std::min(first.find(' '), first.size());
  request.method = first.substr(0, space);
  if (space < first.size()) request.target = first.substr(space + 1);
  if (line < text.size()) request.body = text.substr(line + 1);
  if (is_signed) {
    const std::string timestamp = "1700000000";
    request.headers = {{"CB-ACCESS-KEY", "key"},
                       {"CB-ACCESS-SIGN", *api::sign_request("c2VjcmV0", timestamp, request.method,
                                                             request.target, request.body)},
                       {"CB-ACCESS-TIMESTAMP", timestamp},
                       {"CB-ACCESS-PASSPHRASE", "phrase"}};
  }
  return request;
}

void check(const api::HttpResponse& response) {
  SYRAH_CHECK(response.status >= 200 && response.status < 600, "no status");
  json::Limits limits;
  limits.items_max = 10'000;
  const auto value = json::parse(response.body, limits);
  SYRAH_CHECK(value.ok(), "the answer is not JSON");
  if (response.status < 400) return;
  const auto message = value->string("message");
  SYRAH_CHECK(message && !message->empty() && value->members().size() == 1,
              "an error says nothing");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const api::HttpRequest request = read_request(text);
  Desk& living = desk();
  api::Context context{living.exchange,
                       living.clients,
                       {"", true},
                       kNow,
                       [] { return api::NodeView{}; },
                       [](const std::string&) { return base::success(); },
                       [](const std::string&) { return base::success(); },
                       living.indications,
                       [](std::string_view) { return std::int64_t{1}; },
                       {},
                       [](const std::string&) { return base::success(); },
                       [](const base::EntryId&) { return api::ArrivalLine{}; },
                       [](const base::NodeId&) { return std::vector<api::ArrivalLine>{}; }};
  const api::Outcome outcome = api::handle(request, context);
  const std::size_t entries = living.drain();
  SYRAH_CHECK(entries == 0 || !request.headers.empty(), "a stranger changed something");
  if (const auto* response = std::get_if<api::HttpResponse>(&outcome)) {
    check(*response);
  } else if (const auto* keeps = std::get_if<api::KeepsKeys>(&outcome)) {
    SYRAH_CHECK(!request.headers.empty(), "a stranger changed a key");
    check(keeps->response);
  } else {
    check(api::finish(request, {}, context));
  }
  return 0;
}
