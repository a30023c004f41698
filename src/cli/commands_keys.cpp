// API keys and the dead man's switch.

#include <fmt/format.h>

#include "cli/answer_members.h"
#include "cli/commands.h"
#include "cli/order_line.h"
#include "cli/table.h"
#include "json/writer.h"

namespace syrah::cli {
namespace {

/// A key file as api-key.json is one.
std::string key_file_of(const json::Value& key) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  for (const std::string_view name : {"key", "passphrase", "secret", "account"}) {
    out.string(name, key.string(name).value_or(""));
  }
  out.end_object();
  return text + "\n";
}

std::string body_of(const KeyTerms& terms) {
  std::string body;
  json::Writer out(body);
  out.begin_object().key("permissions").begin_array();
  for (const std::string& permission : terms.permissions) out.string(permission);
  out.end_array();
  if (!terms.label.empty()) out.string("label", terms.label);
  if (!terms.account.empty()) out.string("account", terms.account);
  out.end_object();
  return body;
}

void print_secrets(const Session& session, const json::Value& key) {
  for (const std::string_view name : {"key", "passphrase", "secret", "account"}) {
    session.surroundings.out << fmt::format("{:<12}{}\n", name, text_of(key, name));
  }
  session.surroundings.out << fmt::format("{:<12}{}\n", "permissions", words_of(key, "permissions"))
                           << "The secret is not shown again.\n";
}

}  // namespace

int create_key(const Session& session, const KeyTerms& terms) {
  const Surroundings& surroundings = session.surroundings;
  if (!terms.out.empty() && surroundings.read_file(terms.out).ok()) {
    return fail(session, base::invalid(terms.out + " is there already; name a new file"));
  }
  const auto answer = session.client.signed_call("POST", "/node/keys", body_of(terms));
  if (!answer) return fail(session, answer.error());
  const json::Value& key = answer->value;
  if (!terms.out.empty()) {
    const base::Status written = surroundings.write_secret(terms.out, key_file_of(key));
    if (!written) {
      return fail(session, {base::ErrorCode::kIo,
                            fmt::format("{}; the key was made all the same: syrah keys revoke {}",
                                        written.error().message, text_of(key, "key"))});
    }
  }
  if (print_json(session, *answer)) return kExitDone;
  if (terms.out.empty()) {
    print_secrets(session, key);
  } else {
    surroundings.out << fmt::format("made  key {} of account {} ({}) in {}\n", text_of(key, "key"),
                                    text_of(key, "account"), words_of(key, "permissions"),
                                    terms.out);
  }
  return kExitDone;
}

int list_keys(const Session& session) {
  const auto answer = session.client.signed_call("GET", "/node/keys");
  if (!answer) return fail(session, answer.error());
  if (print_json(session, *answer)) return kExitDone;
  Table table({{"key"}, {"label"}, {"account"}, {"permissions"}, {"created"}});
  for (const json::Value& key : answer->value.items()) {
    const bool first = key.boolean("first").value_or(false);
    table.add({text_of(key, "key"), first ? "(of the data folder)" : text_of(key, "label"),
               text_of(key, "account"), words_of(key, "permissions"),
               text_of(key, "created_at").substr(0, std::string_view("2027-01-01").size())});
  }
  table.print(session.surroundings.out, session.surroundings.colour);
  return kExitDone;
}

int revoke_key(const Session& session, const std::string& key) {
  const auto answer = session.client.signed_call("DELETE", "/node/keys/" + url_encoded(key));
  if (!answer) return fail(session, answer.error());
  if (!print_json(session, *answer)) {
    session.surroundings.out << fmt::format("revoked  key {}\n", printable(key));
  }
  return kExitDone;
}

int cancel_after(const Session& session, std::int64_t seconds) {
  std::string body;
  json::Writer(body).begin_object().integer("timeout", seconds).end_object();
  const auto answer = session.client.signed_call("POST", "/orders/cancel-after", body);
  if (!answer) return fail(session, answer.error());
  if (print_json(session, *answer)) return kExitDone;
  const std::string account = text_of(answer->value, "account");
  session.surroundings.out
      << (seconds == 0 ? fmt::format("off  this key's orders of account {} stay\n", account)
                       : fmt::format("on  this key's open orders of account {} are cancelled "
                                     "in {} s, unless this is renewed\n",
                                     account, seconds));
  return kExitDone;
}

}  // namespace syrah::cli
