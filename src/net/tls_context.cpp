#include "net/tls_context.h"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace syrah::net {

namespace {

base::Error wrong(const std::string& file, std::string_view why) {
  return {base::ErrorCode::kInvalid, fmt::format("{}: {}", file, why)};
}

base::Status check_readable(const std::string& file) {
  std::FILE* const opened = std::fopen(file.c_str(), "rb");
  if (opened == nullptr) {
    return wrong(file, std::strerror(errno));
  }
  std::fclose(opened);
  return base::success();
}

/// Of a certificate whose time is over, or has not come: no client would take it.
base::Status check_dates(asio::ssl::context& context, const std::string& file) {
  X509* const certificate = SSL_CTX_get0_certificate(context.native_handle());
  if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0) {
    return wrong(file, "the certificate has expired");
  }
  if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0) {
    return wrong(file, "the certificate is not valid yet");
  }
  return base::success();
}

}  // namespace

base::Result<std::shared_ptr<asio::ssl::context>> load_tls(const std::string& certificate_file,
                                                           const std::string& key_file) {
  for (const std::string& file : {certificate_file, key_file}) {
    if (const base::Status readable = check_readable(file); !readable) {
      return readable.error();
    }
  }
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  context->set_options(asio::ssl::context::no_compression |
                       static_cast<asio::ssl::context::options>(SSL_OP_NO_RENEGOTIATION));
  // An encrypted key would ask at the terminal.
  SSL_CTX_set_default_passwd_cb(context->native_handle(),
                                [](char*, int, int, void*) { return -1; });
  asio::error_code error;
  context->use_certificate_chain_file(certificate_file, error);
  if (error) {
    return wrong(certificate_file, "not a certificate chain in PEM form");
  }
  context->use_private_key_file(key_file, asio::ssl::context::pem, error);
  if (error) {
    return wrong(key_file, "not the private key of the certificate, in PEM form and not encrypted");
  }
  if (const base::Status dates = check_dates(*context, certificate_file); !dates) {
    return dates.error();
  }
  return context;
}

}  // namespace syrah::net
