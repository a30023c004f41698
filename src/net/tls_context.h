#pragma once

#include <asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "base/result.h"

namespace syrah::net {

/// A server's TLS (1.2 and later) with the certificate chain and the key in these PEM files. The
/// error says which file is wrong, and how.
base::Result<std::shared_ptr<asio::ssl::context>> load_tls(const std::string& certificate_file,
                                                           const std::string& key_file);

}  // namespace syrah::net
