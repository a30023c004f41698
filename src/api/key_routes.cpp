// API keys, made and revoked while the node runs, and what their owners promised.

#include <fmt/format.h>

#include "api/body.h"
#include "api/errors.h"
#include "api/limits.h"
#include "api/routes.h"
#include "exchange/names.h"
#include "json/writer.h"

namespace syrah::api {
namespace {

/// What everyone may know who may manage keys.
void write_shown_key(json::Writer& out, const ApiKey& key) {
  out.string("key", key.key).string("label", key.label).string("account", key.account);
  out.key("permissions").begin_array();
  for (const std::string_view word : key.permissions.words()) out.string(word);
  out.end_array();
  if (key.created_ms != 0) {
    out.string("created_at", base::to_iso8601(key.created_ms * base::kUsPerMs));
  }
}

Answer list_keys(const Call& call) {
  const KeyRing& keys = call.context.clients.keys;
  std::string body;
  json::Writer out(body);
  out.begin_array();
  for (const ApiKey* const key : keys.all()) {
    out.begin_object();
    write_shown_key(out, *key);
    out.boolean("first", keys.is_first(key->key)).end_object();
  }
  out.end_array();
  return answer_with(std::move(body));
}

struct KeyTerms {
  std::string label;
  std::string account;
  Permissions permissions;
};

base::Result<KeyTerms> read_terms(const Call& call) {
  const base::Result<Body> body = Body::parse(call.request.body);
  if (!body) return body.error();
  if (base::Status known = body->only({"label", "account", "permissions"}); !known) {
    return known.error();
  }
  const auto label = body->text("label");
  if (!label) return label.error();
  const auto account = body->text("account");
  if (!account) return account.error();
  const auto words = body->texts("permissions");
  if (!words) return words.error();
  const auto permissions = Permissions::parse(words->value_or(std::vector<std::string>{}));
  if (!permissions) return permissions.error();
  const KeyRing& keys = call.context.clients.keys;
  KeyTerms terms{std::string(label->value_or("")),
                 std::string(account->value_or(keys.find(keys.first())->account)), *permissions};
  if (base::Status good = check_label(terms.label); !good) return good.error();
  if (base::Status good = exchange::check_account(terms.account); !good) return good.error();
  return terms;
}

Answer create_key(const Call& call) {
  base::Result<KeyTerms> terms = read_terms(call);
  if (!terms) return terms.error();
  Clients& clients = call.context.clients;
  if (clients.keys.size() >= kKeysMax) {
    return base::Error{
        base::ErrorCode::kRefused,
        fmt::format("there are {} keys, as many as there may be: revoke one first", kKeysMax)};
  }
  ApiKey key = clients.source.make();
  key.account = std::move(terms->account);
  key.label = std::move(terms->label);
  key.permissions = terms->permissions;
  key.created_ms = call.context.now.wall_ms();
  HttpResponse response;
  json::Writer out(response.body);
  out.begin_object();
  write_shown_key(out, key);
  out.string("passphrase", key.passphrase).string("secret", key.secret).end_object();
  KeyChange change;
  change.created = key.key;
  clients.keys.add(std::move(key));
  return Outcome(KeepsKeys{std::move(response), std::move(change)});
}

Answer revoke_key(const Call& call) {
  const std::string& name = call.captures[0];
  Clients& clients = call.context.clients;
  if (clients.keys.is_first(name)) {
    return base::Error{base::ErrorCode::kRefused,
                       "this is the key of the data folder, which the node cannot be without: to "
                       "change it, change api-key.json and restart"};
  }
  if (!clients.keys.remove(name)) {
    return not_found(fmt::format("there is no key {}; see GET /node/keys", quoted(name)));
  }
  clients.rates.forget(name);
  HttpResponse response;
  json::Writer(response.body)
      .begin_object()
      .string("key", name)
      .boolean("revoked", true)
      .end_object();
  return Outcome(KeepsKeys{std::move(response), {}});
}

HttpResponse switch_response(const Call& call) {
  HttpResponse response;
  json::Writer out(response.body);
  out.begin_object().string("account", call.account);
  const auto due = call.context.clients.cancel_after.due(call.key);
  if (due) {
    const std::int64_t left_us = due->steady_us - call.context.now.steady_us;
    out.integer("timeout", std::max<std::int64_t>(0, left_us / base::kUsPerSecond))
        .string("cancels_at", base::to_iso8601(due->wall_us));
  } else {
    out.integer("timeout", 0);
  }
  out.end_object();
  return response;
}

Answer show_switch(const Call& call) { return Outcome(switch_response(call)); }

Answer set_switch(const Call& call) {
  const base::Result<Body> body = Body::parse(call.request.body);
  if (!body) return body.error();
  if (base::Status known = body->only({"timeout"}); !known) return known.error();
  const auto seconds = body->whole("timeout", 0, kCancelAfterSecondsMax);
  if (!seconds) return seconds.error();
  if (!*seconds) {
    return base::invalid(fmt::format("timeout is missing: seconds from 1 to {}, or 0 to end it",
                                     kCancelAfterSecondsMax));
  }
  CancelAfter& switches = call.context.clients.cancel_after;
  KeyChange change;
  bool to_keep = false;
  if (**seconds == 0) {
    to_keep = switches.end(call.key);
  } else {
    to_keep = switches.set({call.key, call.account}, **seconds, call.context.now);
    change.set = call.key;
  }
  if (to_keep) return Outcome(KeepsKeys{switch_response(call), std::move(change)});
  return Outcome(switch_response(call));
}

constexpr Route kKeyRoutes[] = {
    {"GET", "/node/keys", kManage, list_keys},
    {"POST", "/node/keys", kManage, create_key},
    {"DELETE", "/node/keys/{}", kManage, revoke_key},
    {"GET", "/orders/cancel-after", kView, show_switch},
    {"POST", "/orders/cancel-after", kTrade, set_switch},
};

}  // namespace

std::span<const Route> key_routes() { return kKeyRoutes; }

}  // namespace syrah::api
