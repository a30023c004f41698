#pragma once

// HTTP as values: what the server at the edge hands in and writes out.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace syrah::api {

struct HttpRequest {
  std::string method;  ///< "GET", upper case
  std::string target;  ///< path and query as sent, e.g. "/orders?status=open"
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string remote;  ///< address of the client, for logs

  /// The header's value, or "". Names compare without regard to case (RFC 9110, section 5.1).
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;  ///< besides type and length
  std::string body;
  std::string_view content_type = "application/json; charset=utf-8";  ///< of the program's own text
};

}  // namespace syrah::api
