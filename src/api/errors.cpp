#include "api/errors.h"

#include "api/limits.h"
#include "json/utf8.h"
#include "json/writer.h"

namespace syrah::api {

int status_of(base::ErrorCode code) {
  switch (code) {
    case base::ErrorCode::kInvalid:
      return 400;
    case base::ErrorCode::kNotFound:
      return 404;
    case base::ErrorCode::kRefused:
      return 409;
    case base::ErrorCode::kLimit:
      return 429;
    case base::ErrorCode::kUnauthorized:
      return 401;
    case base::ErrorCode::kForbidden:
      return 403;
    case base::ErrorCode::kUnavailable:
      return 503;
    case base::ErrorCode::kDamaged:
    case base::ErrorCode::kIo:
      return 500;
  }
  return 500;
}

HttpResponse error_response(int status, std::string_view message) {
  HttpResponse response;
  response.status = status;
  json::Writer(response.body).begin_object().string("message", message).end_object();
  return response;
}

HttpResponse error_response(const base::Error& error) {
  return error_response(status_of(error.code), error.message);
}

base::Error not_found(std::string message) {
  return {base::ErrorCode::kNotFound, std::move(message)};
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  std::size_t position = 0;
  while (position < text.size()) {
    const std::size_t size = json::utf8_sequence_size(text, position);
    if (position + std::max<std::size_t>(size, 1) > kQuotedBytesMax) return out + "...\"";
    out.append(size == 0 ? "?" : text.substr(position, size));
    position += std::max<std::size_t>(size, 1);
  }
  return out + "\"";
}

}  // namespace syrah::api
