#include "grenache/grape_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/check.h"
#include "grenache/limits.h"
#include "json/reader.h"
#include "json/writer.h"

namespace syrah::grenache {
namespace {

using base::Error;
using base::ErrorCode;

template <class WriteArgument>
std::string body_of(std::string_view rid, WriteArgument write_argument) {
  std::string body;
  {
    json::Writer writer(body);
    writer.begin_object().string("rid", rid).key("data");
    write_argument(writer);
    writer.end_object();
  }
  SYRAH_CHECK(body.size() <= kGrapeRequestBytesMax, "a request that Grapes refuse");
  return body;
}

std::string printable(std::string_view text) {
  std::string cut(text.substr(0, kGrapeReasonBytesMax));
  std::replace_if(
      cut.begin(), cut.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return cut;
}

/// The parsed body of an answer that is not an error by its form.
base::Result<json::Document> read_body(const HttpAnswer& answer) {
  if (answer.status == 0) return Error{ErrorCode::kUnavailable, printable(answer.error)};
  if (answer.status != 200) {
    return Error{ErrorCode::kInvalid,
                 fmt::format("status {}: {}", answer.status, printable(answer.body))};
  }
  if (answer.body.empty()) return Error{ErrorCode::kInvalid, "an empty answer"};
  if (answer.body.size() > kGrapeAnswerBytesMax) {
    return Error{ErrorCode::kInvalid, fmt::format("an answer of {} bytes; {} are allowed",
                                                  answer.body.size(), kGrapeAnswerBytesMax)};
  }
  json::Limits limits;
  limits.depth_max = 2;
  base::Result<json::Document> value = json::parse(answer.body, limits);
  if (!value) return Error{ErrorCode::kInvalid, value.error().message};
  if (const std::optional<std::string_view> text = value->string()) {
    return Error{ErrorCode::kRefused, printable(*text)};
  }
  return value;
}

}  // namespace

std::string announce_body(std::string_view rid, const Service& service) {
  return body_of(rid, [&](json::Writer& writer) {
    writer.begin_array().string(service.name).integer(service.port).end_array();
  });
}

std::string lookup_body(std::string_view rid, std::string_view service) {
  return body_of(rid, [&](json::Writer& writer) { writer.string(service); });
}

base::Result<std::int64_t> read_announced(const HttpAnswer& answer) {
  const base::Result<json::Document> body = read_body(answer);
  if (!body) return body.error();
  const std::optional<std::int64_t> count = body->integer();
  if (!count) return Error{ErrorCode::kInvalid, "not a number of nodes that stored the address"};
  if (*count <= 0) return Error{ErrorCode::kRefused, "no node stored the address"};
  return *count;
}

base::Result<std::vector<base::Endpoint>> read_found(const HttpAnswer& answer, Vantage told_from) {
  const base::Result<json::Document> body = read_body(answer);
  if (!body) return body.error();
  if (!body->is_array()) return Error{ErrorCode::kInvalid, "not a list of addresses"};
  AddressHints hints(told_from);
  for (const json::Value& item : body->items()) {
    if (const std::optional<std::string_view> text = item.string()) hints.add(*text);
  }
  return hints.take();
}

}  // namespace syrah::grenache
