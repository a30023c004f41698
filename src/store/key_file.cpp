#include "store/key_file.h"

#include <fmt/format.h>

#include <optional>
#include <span>
#include <string_view>

#include "base/hex.h"
#include "crypto/hash.h"
#include "json/reader.h"
#include "json/writer.h"
#include "store/file.h"

namespace syrah::store {
namespace {

constexpr unsigned kOwnerOnly = 0600;
/// A key file has under 400 bytes.
constexpr std::size_t kKeyFileBytesMax = 4096;
/// A file of further keys stays far below: api::kKeysMax of them, under 1 KB each.
constexpr std::size_t kKeyRecordsBytesMax = 1U << 20U;

base::Error wrong(const std::string& path, std::string_view what) {
  return base::invalid(fmt::format("{}: {}", path, what));
}

base::Result<json::Document> read_object(const std::string& path, const std::string& text) {
  base::Result<json::Document> value = json::parse(text);
  if (!value.ok()) return wrong(path, value.error().message);
  if (!value->is_object()) return wrong(path, "must be a JSON object");
  return value;
}

/// The text of the file, or what is to be written when there is none.
base::Result<std::string> read_or_write(const std::string& path, const std::string& fresh) {
  base::Result<std::string> text = read_file(path, kKeyFileBytesMax);
  if (text.ok() || text.error().code != base::ErrorCode::kNotFound) return text;
  const base::Status written = write_file_atomically(path, fresh, kOwnerOnly);
  if (!written.ok()) return written.error();
  return fresh;
}

std::string fresh_api_key(std::span<const std::uint8_t, 64> randomness) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  const std::string key = base::to_hex(randomness.subspan<0, 16>());
  out.string("key", key);
  out.string("passphrase", base::to_hex(randomness.subspan<16, 16>()));
  out.string("secret", crypto::to_base64(randomness.subspan<32, 32>()));
  out.string("account", key);
  out.end_object();
  return text + "\n";
}

}  // namespace

base::Result<crypto::Seed> load_or_create_node_key(const std::string& path,
                                                   const std::array<std::uint8_t, 32>& randomness) {
  std::string fresh;
  json::Writer(fresh).begin_object().string("seed", base::to_hex(randomness)).end_object();
  const base::Result<std::string> text = read_or_write(path, fresh + "\n");
  if (!text.ok()) return text.error();
  const base::Result<json::Document> object = read_object(path, *text);
  if (!object.ok()) return object.error();

  crypto::Seed seed{};
  const std::optional<std::string_view> digits = object->string("seed");
  if (!digits || !base::from_hex(*digits, seed)) {
    return wrong(path, "\"seed\" must be 64 hexadecimal digits");
  }
  return seed;
}

base::Result<api::ApiKey> load_or_create_api_key(const std::string& path,
                                                 const std::array<std::uint8_t, 64>& randomness) {
  const base::Result<std::string> text = read_or_write(path, fresh_api_key(randomness));
  if (!text.ok()) return text.error();
  const base::Result<json::Document> object = read_object(path, *text);
  if (!object.ok()) return object.error();

  base::Result<api::ApiKey> key = api::read_credentials(*object);
  if (!key.ok()) return wrong(path, key.error().message);
  return key;
}

base::Result<api::KeyRecords> read_key_records(const std::string& path) {
  const base::Result<std::string> text = read_file(path, kKeyRecordsBytesMax);
  if (!text.ok()) {
    if (text.error().code == base::ErrorCode::kNotFound) return api::KeyRecords{};
    return text.error();
  }
  base::Result<api::KeyRecords> records = api::read_key_records(*text);
  if (!records.ok()) return wrong(path, records.error().message);
  return records;
}

}  // namespace syrah::store
