#include "api/key_records.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "api/limits.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "exchange/names.h"
#include "json/reader.h"
#include "json/writer.h"

namespace syrah::api {
namespace {

constexpr std::size_t kPlainTextMax = 256;

base::Result<std::string> plain_member(const json::Value& object, std::string_view name) {
  const std::optional<std::string_view> text = object.string(name);
  if (!text || text->empty() || text->size() > kPlainTextMax) {
    return base::invalid(
        fmt::format("\"{}\" must be a text of 1 to {} characters", name, kPlainTextMax));
  }
  return std::string(*text);
}

void write_key(json::Writer& out, const ApiKey& key) {
  out.begin_object()
      .string("key", key.key)
      .string("passphrase", key.passphrase)
      .string("secret", key.secret)
      .string("account", key.account)
      .string("label", key.label);
  out.key("permissions").begin_array();
  for (const std::string_view word : key.permissions.words()) out.string(word);
  out.end_array().string("created_at", base::to_iso8601(key.created_ms * base::kUsPerMs));
  out.end_object();
}

base::Result<ApiKey> read_key(const json::Value& object) {
  base::Result<ApiKey> key = read_credentials(object);
  if (!key) return key;
  key->label = object.string("label").value_or("");
  if (base::Status label = check_label(key->label); !label) return label.error();
  const json::Value* const words = object.find("permissions");
  std::vector<std::string> permissions;
  if (words != nullptr) {
    for (const json::Value& word : words->items()) {
      permissions.emplace_back(word.string().value_or(""));
    }
  }
  const base::Result<Permissions> parsed = Permissions::parse(permissions);
  if (!parsed) return parsed.error();
  key->permissions = *parsed;
  const auto created_us = base::from_iso8601(object.string("created_at").value_or(""));
  if (!created_us) return base::invalid("\"created_at\" must be a time as 2027-01-01T00:00:00Z");
  key->created_ms = *created_us / base::kUsPerMs;
  return key;
}

base::Result<SwitchRecord> read_switch(const json::Value& object) {
  base::Result<std::string> key = plain_member(object, "key");
  if (!key) return key.error();
  base::Result<std::string> account = plain_member(object, "account");
  if (!account) return account.error();
  return SwitchRecord{*std::move(key), *std::move(account)};
}

/// The elements of an array, each read in the same way.
template <class Item>
base::Status read_all(const json::Value& object, std::string_view name, std::vector<Item>& items,
                      base::Result<Item> (*read)(const json::Value&)) {
  const json::Value* const array = object.find(name);
  if (array == nullptr || !array->is_array()) {
    return base::invalid(fmt::format("\"{}\" must be an array", name));
  }
  for (const json::Value& element : array->items()) {
    base::Result<Item> item = read(element);
    if (!item) {
      return base::invalid(
          fmt::format("\"{}\", number {}: {}", name, items.size() + 1, item.error().message));
    }
    items.push_back(*std::move(item));
  }
  return base::success();
}

}  // namespace

std::string write_key_records(const KeyRecords& records) {
  std::string text;
  json::Writer out(text);
  out.begin_object().key("keys").begin_array();
  for (const ApiKey& key : records.keys) write_key(out, key);
  out.end_array().key("switches").begin_array();
  for (const SwitchRecord& record : records.switches) {
    out.begin_object().string("key", record.key).string("account", record.account).end_object();
  }
  out.end_array().end_object();
  return text + "\n";
}

base::Result<KeyRecords> read_key_records(std::string_view text) {
  const base::Result<json::Document> value = json::parse(text);
  if (!value) return value.error();
  if (!value->is_object()) return base::invalid("must be a JSON object");
  KeyRecords records;
  if (base::Status keys = read_all(*value, "keys", records.keys, read_key); !keys) {
    return keys.error();
  }
  if (base::Status all = read_all(*value, "switches", records.switches, read_switch); !all) {
    return all.error();
  }
  if (records.keys.size() >= kKeysMax) {
    return base::invalid(fmt::format("\"keys\" must have less than {} elements", kKeysMax));
  }
  return records;
}

base::Result<ApiKey> read_credentials(const json::Value& object) {
  ApiKey key;
  for (const auto& [name, target] :
       {std::pair{"key", &key.key}, std::pair{"passphrase", &key.passphrase},
        std::pair{"secret", &key.secret}, std::pair{"account", &key.account}}) {
    base::Result<std::string> member = plain_member(object, name);
    if (!member) return member.error();
    *target = *std::move(member);
  }
  std::string secret;
  if (!crypto::from_base64(key.secret, secret)) return base::invalid("\"secret\" must be Base64");
  if (base::Status account = exchange::check_account(key.account); !account) {
    return account.error();
  }
  return key;
}

}  // namespace syrah::api
