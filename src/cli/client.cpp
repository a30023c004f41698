#include "cli/client.h"

#include <fmt/format.h>

#include <span>

#include "crypto/hash.h"
#include "json/reader.h"

namespace syrah::cli {
namespace {

/// A book of 5000 orders a side has 40,000 values.
json::Limits answer_limits() {
  json::Limits limits;
  limits.items_max = 20'000;
  limits.nodes_max = 500'000;
  return limits;
}

base::Error refused(const net::HttpReply& reply) {
  const auto value = json::parse(reply.body);
  const auto message = value ? value->string("message") : std::nullopt;
  return {base::ErrorCode::kRefused,
          message ? std::string(*message)
                  : fmt::format("the node answered with status {}", reply.status)};
}

}  // namespace

base::Result<Key> read_key(const std::string& path, std::string_view text) {
  const auto value = json::parse(text);
  if (!value || !value->is_object()) return base::invalid(path + " is not a JSON object");
  Key key;
  for (const auto& [name, member] :
       {std::pair{"key", &key.key}, std::pair{"passphrase", &key.passphrase},
        std::pair{"secret", &key.secret}}) {
    const auto content = value->string(name);
    if (!content || content->empty()) {
      return base::invalid(fmt::format("{} has no text \"{}\"", path, name));
    }
    *member = *content;
  }
  return key;
}

base::Result<std::string> signature(const Key& key, std::string_view timestamp,
                                    std::string_view method, std::string_view target,
                                    std::string_view body) {
  std::string secret;
  if (!crypto::from_base64(key.secret, secret) || secret.empty()) {
    return base::invalid("the \"secret\" of the key file is not Base64");
  }
  std::string message;
  message.append(timestamp).append(method).append(target).append(body);
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(secret.data()), secret.size());
  return crypto::to_base64(crypto::hmac_sha256(bytes, message));
}

std::string url_encoded(std::string_view text) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:";
  std::string out;
  for (const char c : text) {
    if (kPlain.find(c) != std::string_view::npos) {
      out.push_back(c);
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

Client::Client(const Surroundings& surroundings, std::string api_url, std::string key_path)
    : surroundings_(surroundings), api_(std::move(api_url)), key_file_(std::move(key_path)) {
  while (api_.ends_with('/')) api_.pop_back();
}

base::Result<Answer> Client::get(const std::string& target) const {
  return answer_of(surroundings_.send(call_for(target)));
}

base::Result<Answer> Client::signed_call(const std::string& method, const std::string& target,
                                         const std::string& body) const {
  const base::Result<net::HttpCall> call = signed_call_for(method, target, body);
  if (!call) return call.error();
  return answer_of(surroundings_.send(*call));
}

net::HttpCall Client::call_for(const std::string& target) const {
  net::HttpCall call;
  call.method = "GET";
  call.url = api_ + target;
  return call;
}

base::Status Client::read_key_file() const {
  if (key_) return base::success();
  const base::Result<std::string> text = surroundings_.read_file(key_file_);
  if (!text) {
    return base::invalid(
        fmt::format("{}: {}; name the key file of the node with --key-file or SYRAH_API_KEY_FILE",
                    key_file_, text.error().message));
  }
  base::Result<Key> key = read_key(key_file_, *text);
  if (!key) return key.error();
  key_ = *std::move(key);
  return base::success();
}

base::Result<net::HttpCall> Client::signed_call_for(const std::string& method,
                                                    const std::string& target,
                                                    const std::string& body) const {
  if (const base::Status read = read_key_file(); !read) return read.error();
  const std::int64_t now_ms = surroundings_.wall_ms();
  const std::string timestamp = fmt::format("{}.{:03}", now_ms / 1000, now_ms % 1000);
  const base::Result<std::string> sign = signature(*key_, timestamp, method, target, body);
  if (!sign) return sign.error();
  net::HttpCall call;
  call.method = method;
  call.url = api_ + target;
  call.body = body;
  call.headers = {{"CB-ACCESS-KEY", key_->key},
                  {"CB-ACCESS-SIGN", *sign},
                  {"CB-ACCESS-TIMESTAMP", timestamp},
                  {"CB-ACCESS-PASSPHRASE", key_->passphrase}};
  return call;
}

base::Result<Answer> Client::answer_of(const net::HttpOutcome& outcome) const {
  if (!outcome) {
    if (outcome.error().code != base::ErrorCode::kUnavailable) return outcome.error();
    return base::Error{base::ErrorCode::kUnavailable,
                       fmt::format("no node answers at {}: {}", api_, outcome.error().message)};
  }
  if (outcome->status < 200 || outcome->status > 299) return refused(*outcome);
  Answer answer;
  answer.body = outcome->body;
  base::Result<json::Document> value = json::parse(answer.body, answer_limits());
  if (!value) {
    return base::Error{
        base::ErrorCode::kRefused,
        fmt::format("what answers at {} is no Syrah node: {}", api_, value.error().message)};
  }
  answer.value = *std::move(value);
  answer.newer = outcome->header("cb-before");
  answer.full = !outcome->header("cb-after").empty();
  return answer;
}

}  // namespace syrah::cli
