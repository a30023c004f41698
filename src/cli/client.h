#pragma once

// Talks to a node's API: signs, sends, and turns errors into what the user is told.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/surroundings.h"
#include "json/document.h"

namespace syrah::cli {

struct Key {
  std::string key;
  std::string passphrase;
  std::string secret;  ///< Base64
};

/// The text of an api-key.json: {"key", "passphrase", "secret"}.
base::Result<Key> read_key(const std::string& path, std::string_view text);

/// The value of CB-ACCESS-SIGN.
base::Result<std::string> signature(const Key& key, std::string_view timestamp,
                                    std::string_view method, std::string_view target,
                                    std::string_view body);

/// Percent-encodes everything that is not unreserved, ':' excepted (RFC 3986, section 2.3).
std::string url_encoded(std::string_view text);

struct Answer {
  std::string body;
  json::Document value;
  std::string newer;  ///< the cursor (CB-BEFORE) for rows newer than these; "": there were no rows
  bool full = false;  ///< the page was full: there may be more
};

class Client {
 public:
  /// `api_url` is a URL without or with "/" at its end; the key file is read once, when it is
  /// needed.
  Client(const Surroundings& surroundings, std::string api_url, std::string key_path);

  /// Errors: kUnavailable when no node answers, kInvalid for a URL or key file that cannot be used,
  /// kRefused with the node's own words otherwise.
  base::Result<Answer> get(const std::string& target) const;
  base::Result<Answer> signed_call(const std::string& method, const std::string& target,
                                   const std::string& body = "") const;

  /// The same in two steps, for who has several calls under way.
  [[nodiscard]] net::HttpCall call_for(const std::string& target) const;
  [[nodiscard]] base::Result<net::HttpCall> signed_call_for(const std::string& method,
                                                            const std::string& target,
                                                            const std::string& body = "") const;
  [[nodiscard]] base::Result<Answer> answer_of(const net::HttpOutcome& outcome) const;
  [[nodiscard]] const std::string& api() const { return api_; }
  [[nodiscard]] const std::string& key_file() const { return key_file_; }

 private:
  [[nodiscard]] base::Status read_key_file() const;

  const Surroundings& surroundings_;
  std::string api_;
  std::string key_file_;
  mutable std::optional<Key> key_;
};

}  // namespace syrah::cli
