#include "net/http_origin.h"

#include <fmt/format.h>

#include <algorithm>
#include <asio/ip/address.hpp>

namespace syrah::net {

namespace {

constexpr const char* kStranger = "requests from web pages of other origins are not answered";

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return result;
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_ip(const std::string& host) {
  asio::error_code error;
  asio::ip::make_address(host, error);
  return !error;
}

}  // namespace

std::optional<HostPort> parse_host(std::string_view text) {
  std::string_view host = text;
  std::string_view rest;
  if (!text.empty() && text.front() == '[') {
    const auto end = text.find(']');
    if (end == std::string_view::npos) {
      return std::nullopt;
    }
    host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
  } else if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    rest = text.substr(colon);
  }
  if (host.empty() || (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1))))) {
    return std::nullopt;
  }
  return HostPort{lower(host), std::string(rest.empty() ? rest : rest.substr(1))};
}

std::string origin_refusal(std::string_view host, std::optional<std::string_view> origin,
                           std::span<const std::string> own_names, std::string_view scheme) {
  const auto asked = parse_host(host);
  if (!asked) {
    return "the Host header is malformed";
  }
  const bool own = std::any_of(own_names.begin(), own_names.end(),
                               [&](const std::string& name) { return lower(name) == asked->host; });
  if (!own && !is_ip(asked->host) && asked->host != "localhost") {
    return "the Host header must be an IP address, localhost, or a name in API_HOST or "
           "API_ALLOWED_HOSTS";
  }
  if (!origin) {
    return "";
  }
  if (lower(origin->substr(0, scheme.size())) == scheme &&
      parse_host(origin->substr(scheme.size())) == asked) {
    return "";
  }
  return kStranger;
}

std::string fetch_refusal(std::optional<std::string_view> site) {
  return !site || *site == "same-origin" || *site == "none" ? "" : kStranger;
}

}  // namespace syrah::net
