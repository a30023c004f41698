#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ssl/stream.hpp>
#include <asio/write.hpp>
#include <cstdio>
#include <memory>

#include "net/http_server.h"
#include "net/loop.h"
#include "net/tls_context.h"
#include "net/websocket_client.h"
#include "store/temp_dir.h"

namespace syrah::net {
namespace {

using asio::ip::tcp;
using testing::HasSubstr;

/// A key with a certificate of its own, in two files, good from now for so many seconds.
void write_certificate(const std::string& certificate_file, const std::string& key_file,
                       long seconds) {
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  X509* const certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -7200);
  X509_gmtime_adj(X509_getm_notAfter(certificate), seconds);
  X509_set_pubkey(certificate, key);
  X509_NAME* const name = X509_get_subject_name(certificate);
  const auto* const text = reinterpret_cast<const unsigned char*>("localhost");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_sign(certificate, key, EVP_sha256());
  std::FILE* file = std::fopen(certificate_file.c_str(), "wb");
  PEM_write_X509(file, certificate);
  std::fclose(file);
  file = std::fopen(key_file.c_str(), "wb");
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

struct TlsServerTest : testing::Test {
  tests::TempDir folder;
  std::string certificate = folder.path() + "/cert.pem";
  std::string key = folder.path() + "/key.pem";
  asio::io_context io;
  std::vector<api::StreamId> opened;
  std::vector<std::string> received;
  HttpServer server{
      io,
      {.host = "127.0.0.1", .port = 0, .timeout_ms = 400},
      [this](std::uint64_t id, const api::HttpRequest& request) {
        server.reply(id, {200, {}, "\"" + request.target + "\""});
      },
      StreamEvents{[this](api::StreamId id) { opened.push_back(id); },
                   [this](api::StreamId, std::string text) { received.push_back(std::move(text)); },
                   [](const auto&) {}, [](api::StreamId, const std::string&) {}}};

  void SetUp() override {
    write_certificate(certificate, key, 3600);
    auto tls = load_tls(certificate, key);
    ASSERT_TRUE(tls.ok()) << tls.error().message;
    server.use_tls(*std::move(tls));
    ASSERT_TRUE(server.open());
  }
};

/// A client that believes any certificate.
struct Client {
  Client(asio::io_context& context, std::uint16_t port, const std::string& hello,
         int version_max = 0)
      : io(context), tls(make_context(version_max)), stream(context, tls) {
    stream.lowest_layer().connect({asio::ip::make_address("127.0.0.1"), port});
    stream.async_handshake(asio::ssl::stream_base::client,
                           [this, hello](const asio::error_code& error) {
                             if (error) {
                               ended = true;
                               return;
                             }
                             send(hello);
                             read();
                           });
  }
  static asio::ssl::context make_context(int version_max) {
    asio::ssl::context context(asio::ssl::context::tls_client);
    if (version_max != 0) SSL_CTX_set_max_proto_version(context.native_handle(), version_max);
    SSL_CTX_set_security_level(context.native_handle(), 0);
    return context;
  }
  void read() {
    stream.async_read_some(asio::buffer(buffer),
                           [this](const asio::error_code& error, std::size_t size) {
                             if (error == asio::error::operation_aborted) return;
                             if (error) {
                               ended = true;
                               return;
                             }
                             got.append(buffer.data(), size);
                             read();
                           });
  }
  void send(const std::string& bytes) {
    const auto kept = std::make_shared<std::string>(bytes);
    asio::async_write(stream, asio::buffer(*kept), [kept](const asio::error_code&, std::size_t) {});
  }
  bool until_got(const std::string& text) {
    return run_until(io, [&] { return got.find(text) != std::string::npos; });
  }

  asio::io_context& io;
  asio::ssl::context tls;
  asio::ssl::stream<tcp::socket> stream;
  std::array<char, 4096> buffer{};
  std::string got;
  bool ended = false;
};

TEST_F(TlsServerTest, RequestsAreAnswered) {
  Client client(io, server.port(), "GET /time HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_TRUE(client.until_got("\"/time\"")) << client.got;
  client.send("GET /again HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_TRUE(client.until_got("\"/again\"")) << client.got;
}

TEST_F(TlsServerTest, TheFeedIsSpokenToo) {
  const std::string port = std::to_string(server.port());
  Client client(io, server.port(),
                "GET / HTTP/1.1\r\nHost: localhost:" + port +
                    "\r\nOrigin: https://localhost:" + port +
                    "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  ASSERT_TRUE(client.until_got("101 Switching Protocols"));
  client.send(text_frame("hello"));
  ASSERT_TRUE(run_until(io, [&] { return received.size() == 1; }));
  EXPECT_EQ(received[0], "hello");
  const auto text = std::make_shared<const std::string>(std::string(200'000, 'a') + "end");
  server.send({opened, {text, text}});
  EXPECT_TRUE(run_until(io, [&] { return client.got.size() > 400'000; }));
}

TEST_F(TlsServerTest, OldVersionsAreRefused) {
  Client client(io, server.port(), "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", TLS1_1_VERSION);
  EXPECT_TRUE(run_until(io, [&] { return client.ended; }));
  EXPECT_EQ(client.got, "");
}

TEST_F(TlsServerTest, WhoDoesNotShakeHandsIsClosed) {
  tcp::socket silent(io);
  silent.connect({asio::ip::make_address("127.0.0.1"), server.port()});
  bool ended = false;
  std::array<char, 16> buffer{};
  silent.async_read_some(asio::buffer(buffer),
                         [&](const asio::error_code& error, std::size_t) { ended = !!error; });
  EXPECT_TRUE(run_until(io, [&] { return ended; }));
}

TEST_F(TlsServerTest, WhatIsWrongWithTheFilesIsSaid) {
  EXPECT_THAT(load_tls(certificate + "x", key).error().message,
              HasSubstr("cert.pemx: No such file"));
  EXPECT_THAT(load_tls(key, key).error().message, HasSubstr("not a certificate chain"));
  EXPECT_THAT(load_tls(certificate, certificate).error().message, HasSubstr("not the private key"));
  const std::string other = folder.path() + "/other";
  write_certificate(other + ".pem", other + ".key", 3600);
  EXPECT_THAT(load_tls(certificate, other + ".key").error().message,
              HasSubstr("not the private key"));
  write_certificate(other + ".pem", other + ".key", -3600);
  EXPECT_THAT(load_tls(other + ".pem", other + ".key").error().message, HasSubstr("expired"));
}

}  // namespace
}  // namespace syrah::net
