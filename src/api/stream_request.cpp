#include "api/stream_request.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/errors.h"
#include "api/stream_limits.h"
#include "json/reader.h"

namespace syrah::api {
namespace {

using base::invalid;
using json::Value;

constexpr std::string_view kChannelNames =
    "heartbeat, status, ticker, ticker_batch, level2, level2_batch, matches, full, user";

bool is_absent(const Value* value) {
  return value == nullptr || value->kind() == Value::Kind::kNull;
}

base::Status only(const Value& object, std::initializer_list<std::string_view> names) {
  for (const auto& [name, value] : object.members()) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return invalid(
          fmt::format("{} is not known here; known are {}", quoted(name), fmt::join(names, ", ")));
    }
  }
  return base::success();
}

base::Result<std::vector<std::string>> read_products(const Value& object) {
  std::vector<std::string> products;
  const Value* const list = object.find("product_ids");
  if (is_absent(list)) return products;
  if (!list->is_array()) return invalid("product_ids must be an array of strings");
  for (const Value& item : list->items()) {
    const std::optional<std::string_view> product = item.string();
    if (!product) return invalid("product_ids must be an array of strings");
    products.emplace_back(*product);
  }
  return products;
}

base::Result<std::optional<std::int64_t>> read_resume(const Value& object) {
  const Value* const from = object.find("resume_from");
  if (is_absent(from)) return std::optional<std::int64_t>{};
  const std::optional<std::int64_t> sequence = from->integer();
  if (!sequence || *sequence < 0) return invalid("resume_from must be a sequence number");
  return sequence;
}

base::Result<Channel> read_channel(std::optional<std::string_view> name) {
  if (!name) return invalid("a channel is a string or an object with a name");
  const std::optional<Channel> channel = channel_from(*name);
  if (!channel) {
    return invalid(
        fmt::format("there is no channel {}; there are {}", quoted(*name), kChannelNames));
  }
  return *channel;
}

base::Status check_wish(const StreamWish& wish, bool subscribe) {
  if (subscribe && wish.products.empty() && wish.channel != Channel::kStatus) {
    return invalid(fmt::format("product_ids is missing for {}", to_text(wish.channel)));
  }
  if (wish.resume_from && (wish.channel != Channel::kFull || wish.products.size() != 1)) {
    return invalid("resume_from is for the channel full of one product");
  }
  return base::success();
}

/// `all` is what stands at the top: it holds where the channel itself says nothing.
base::Result<StreamWish> read_wish(const Value& item, const StreamWish& all, bool subscribe) {
  StreamWish wish = all;
  const auto channel = read_channel(item.is_object() ? item.string("name") : item.string());
  if (!channel) return channel.error();
  wish.channel = *channel;
  if (item.is_object()) {
    if (base::Status known = only(item, {"name", "product_ids", "resume_from"}); !known) {
      return known.error();
    }
    auto products = read_products(item);
    if (!products) return products.error();
    if (!products->empty()) wish.products = *std::move(products);
    const auto resume = read_resume(item);
    if (!resume) return resume.error();
    if (*resume) wish.resume_from = *resume;
  }
  if (base::Status good = check_wish(wish, subscribe); !good) return good.error();
  return wish;
}

base::Status read_wishes(const Value& object, StreamRequest& request) {
  StreamWish all;
  auto products = read_products(object);
  if (!products) return products.error();
  all.products = *std::move(products);
  const auto resume = read_resume(object);
  if (!resume) return resume.error();
  all.resume_from = *resume;

  const Value* const channels = object.find("channels");
  if (is_absent(channels)) {
    if (request.subscribe) return invalid("channels is missing: it must be an array");
    for (const Channel channel : kChannels) {
      request.wishes.push_back(all);
      request.wishes.back().channel = channel;
    }
    return base::success();
  }
  if (!channels->is_array() || channels->items().empty()) {
    return invalid("channels must be an array with at least one channel");
  }
  for (const Value& item : channels->items()) {
    auto wish = read_wish(item, all, request.subscribe);
    if (!wish) return wish.error();
    request.wishes.push_back(*std::move(wish));
  }
  return base::success();
}

/// Strings; the timestamp may be a number.
base::Status read_signature(const Value& object, StreamRequest& request) {
  StreamSignature signature;
  std::size_t given = 0;
  for (const auto& [name, field] :
       {std::pair{"key", &signature.key}, std::pair{"passphrase", &signature.passphrase},
        std::pair{"timestamp", &signature.timestamp},
        std::pair{"signature", &signature.signature}}) {
    const Value* const value = object.find(name);
    if (is_absent(value)) continue;
    ++given;
    const auto text = value->is_number() ? value->number_text() : value->string();
    if (!text || text->empty()) return invalid(fmt::format("{} must be a string", name));
    *field = *text;
  }
  if (given == 0) return base::success();
  if (given < 4) {
    return base::Error{base::ErrorCode::kUnauthorized,
                       "a signed message has key, passphrase, timestamp and signature"};
  }
  request.signature = std::move(signature);
  return base::success();
}

}  // namespace

base::Result<StreamRequest> read_stream_request(std::string_view text) {
  const json::Limits limits{.items_max = kStreamProductsMax};
  const base::Result<json::Document> value = json::parse(text, limits);
  if (!value) return invalid(value.error().message);
  if (!value->is_object()) return invalid("a message must be a JSON object");
  const std::optional<std::string_view> type = value->string("type");
  StreamRequest request;
  request.subscribe = type == "subscribe";
  if (type != "subscribe" && type != "unsubscribe") {
    return invalid("type must be subscribe or unsubscribe");
  }
  const base::Status known =
      only(*value, {"type", "product_ids", "channels", "key", "passphrase", "timestamp",
                    "signature", "resume_from", "cancel_on_disconnect"});
  if (!known) return known.error();
  if (base::Status read = read_wishes(*value, request); !read) return read.error();
  if (base::Status read = read_signature(*value, request); !read) return read.error();
  if (const Value* const flag = value->find("cancel_on_disconnect"); !is_absent(flag)) {
    if (!flag->boolean()) return invalid("cancel_on_disconnect must be true or false");
    request.cancel_on_disconnect = *flag->boolean();
  }
  return request;
}

HttpRequest as_http(const StreamSignature& signature) {
  HttpRequest request;
  request.method = "GET";
  request.target = "/users/self/verify";
  request.headers = {{"CB-ACCESS-KEY", signature.key},
                     {"CB-ACCESS-SIGN", signature.signature},
                     {"CB-ACCESS-TIMESTAMP", signature.timestamp},
                     {"CB-ACCESS-PASSPHRASE", signature.passphrase}};
  return request;
}

}  // namespace syrah::api
