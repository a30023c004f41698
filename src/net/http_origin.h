#pragma once

// Who may talk to the API through a browser. Any web page can make a browser send requests to this
// machine, and by DNS rebinding also under a name of its own; both show in the headers.

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace syrah::net {

/// Host and port of a Host header or of the part of an origin after "://". IPv6 without brackets.
struct HostPort {
  std::string host;  ///< lower case
  std::string port;  ///< "" if not given

  bool operator==(const HostPort&) const = default;
};

/// Nothing if the text is neither "host", "host:port" nor "[v6]:port".
std::optional<HostPort> parse_host(std::string_view text);

/// Why a request with these headers is refused, or "". A Host must be an IP address, "localhost" or
/// one of `own_names` (those that are configured, in any case): other names that anybody can point
/// at this machine are not. An Origin must be absent or the very scheme, host and port that the
/// request went to.
std::string origin_refusal(std::string_view host, std::optional<std::string_view> origin,
                           std::span<const std::string> own_names,
                           std::string_view scheme = "http://");

/// The same by Sec-Fetch-Site (Fetch Metadata, a W3C draft that all browsers send and no page can
/// change): it shows also in requests that come without an Origin, as for an image or a script. All
/// sites but the very same origin and the user's own typing ("none") are strangers.
std::string fetch_refusal(std::optional<std::string_view> site);

}  // namespace syrah::net
