#pragma once

// Grenache RPC over HTTP: a request is the JSON array [rid, key, payload], its reply the array
// [rid, error or null, result]. Payloads and results are any JSON and stay text here.

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"

namespace syrah::grenache {

struct RpcRequest {
  std::string rid;      ///< unique for each request
  std::string key;      ///< name of the service
  std::string payload;  ///< JSON
};

/// A body that is no request, and the reply that says so.
struct RefusedRequest {
  std::string reply;
  std::string reason;  ///< for the log
};

/// What came back: both may be there.
struct RpcResult {
  std::optional<std::string> error;  ///< of the other side, printable
  std::string result;                ///< JSON
};

/// `payload` must be JSON.
std::string encode_request(const RpcRequest& request);
/// At most 512 KiB; members of the array beyond the third are ignored.
std::variant<RpcRequest, RefusedRequest> decode_request(std::string_view body);

/// Replies. All go with HTTP status 200: old clients do not read the body of any other. `result`
/// must be JSON.
std::string encode_result(std::string_view rid, std::string_view result);
/// `error` is a name such as ERR_MISSING_ARGS, or begins with one and a colon.
std::string encode_error(std::string_view rid, std::string_view error);
/// A reply to another request than `rid` is an error, as is anything that is no reply.
base::Result<RpcResult> decode_reply(std::string_view body, std::string_view rid);

/// Error names of the JavaScript peers.
inline constexpr std::string_view kErrMissingArgs = "ERR_MISSING_ARGS";
inline constexpr std::string_view kErrGeneric = "ERR_REQUEST_GENERIC";  ///< ": why" follows
inline constexpr std::string_view kErrTimeout = "ERR_TIMEOUT";

/// A stranger's text for logs and other nodes: at most 200 bytes, no control characters.
std::string printable_reason(std::string_view text);

}  // namespace syrah::grenache
