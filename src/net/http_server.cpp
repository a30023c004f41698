#include "net/http_server.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <map>
#include <optional>
#include <restinio/all.hpp>
#include <utility>
#include <vector>

#include "json/writer.h"
#include "net/address.h"
#include "net/http_listener.h"
#include "net/http_origin.h"
#include "net/http_status.h"
#include "net/listening.h"
#include "net/resolver.h"
#include "net/websocket_server.h"

namespace syrah::net {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Bodies and targets up to this much longer than our limits are read, so that the answer can say
/// what is wrong; beyond it RESTinio closes without a word.
constexpr std::size_t kBodyReadBeyond = kHttpBodyBytesMax;
constexpr std::size_t kTargetReadBeyond = kHttpTargetBytesMax;
/// How often it is checked that the listener has not gone deaf (see Parts::watch).
constexpr std::int64_t kWatchMs = 1000;

api::HttpResponse message_response(int status, std::string_view message, HttpCallers callers) {
  api::HttpResponse response{status, {}, ""};
  if (callers == HttpCallers::kProgramsOnly) {
    response.body = message;
  } else {
    json::Writer(response.body).begin_object().string("message", message).end_object();
  }
  return response;
}

void write_now(const restinio::request_handle_t& request, const api::HttpResponse& response,
               HttpCallers callers, bool last) {
  const auto code = static_cast<std::uint16_t>(std::clamp(response.status, 100, 599));
  auto builder = request->create_response(
      restinio::http_status_line_t{restinio::http_status_code_t{code}, reason_phrase(code)});
  for (const auto& [name, value] : response.headers) {
    builder.append_header(name, value);
  }
  if (callers == HttpCallers::kBrowsersToo) {
    // No page may make another use of an answer than to read it, and no cache may keep it.
    builder.append_header(restinio::http_field::cache_control, "no-store");
    builder.append_header("X-Content-Type-Options", "nosniff");
    builder.append_header("Cross-Origin-Resource-Policy", "same-origin");
    builder.append_header(restinio::http_field::content_type, std::string(response.content_type));
  }
  if (request->header().method() != restinio::http_method_head()) {
    builder.set_body(response.body);
  }
  if (last) {
    builder.connection_close();
  }
  builder.done();
}

/// A request that is answered here and ends its connection.
struct Refusal {
  int status = 400;
  std::string message;
};

std::optional<Refusal> origin_refused(const restinio::http_request_header_t& header,
                                      const HttpSettings& settings) {
  std::optional<std::string_view> origin;
  if (const auto* value = header.try_get_field(restinio::http_field::origin)) {
    origin = *value;
  }
  std::optional<std::string_view> site;
  if (const auto* value = header.try_get_field("Sec-Fetch-Site")) {
    site = *value;
  }
  std::string why;
  if (settings.callers == HttpCallers::kBrowsersToo) {
    why = origin_refusal(header.get_field(restinio::http_field::host), origin, settings.names,
                         settings.tls ? "https://" : "http://");
    if (why.empty()) {
      why = fetch_refusal(site);
    }
  } else if (origin) {
    why = "pages in browsers may not call this server";
  }
  return why.empty() ? std::nullopt : std::optional(Refusal{403, std::move(why)});
}

bool is_upgrade(const restinio::http_request_header_t& header) {
  return header.connection() == restinio::http_connection_header_t::upgrade;
}

/// Where the feed is; a query says nothing, but some clients send one.
bool is_feed(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  return path == "/" || path == "/ws";
}

/// What RFC 6455, section 4.2.1, asks of an upgrade request, and that there is room.
std::optional<Refusal> upgrade_refusal(const restinio::http_request_header_t& header,
                                       const WebSocketServer* streams) {
  using restinio::http_field;
  if (streams == nullptr || header.method() != restinio::http_method_get()) {
    return Refusal{501, "WebSocket is not available"};
  }
  if (!is_feed(header.request_target())) {
    return Refusal{404, "the feed is at /"};
  }
  std::string protocol = header.get_field_or(http_field::upgrade, "");
  std::transform(protocol.begin(), protocol.end(), protocol.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  constexpr std::size_t kKeySize = 24;  // 16 bytes in Base64
  if (protocol != "websocket" ||
      header.get_field_or(http_field::sec_websocket_version, "") != "13" ||
      header.get_field_or(http_field::sec_websocket_key, "").size() != kKeySize) {
    return Refusal{400, "only WebSocket version 13 is spoken here"};
  }
  if (streams->full()) {
    return Refusal{503, "too many clients of the feed"};
  }
  return std::nullopt;
}

std::optional<Refusal> refusal(const restinio::request_t& request, const HttpSettings& settings) {
  const auto& header = request.header();
  std::size_t header_bytes = 0;
  std::size_t hosts = 0;
  header.for_each_field([&](const auto& field) {
    header_bytes += field.name().size() + field.value().size() + 4;  // ": " and CR LF
    hosts += field.field_id() == restinio::http_field::host ? 1 : 0;
  });
  if (header.request_target().size() > kHttpTargetBytesMax) {
    return Refusal{414, fmt::format("the target is longer than {} bytes", kHttpTargetBytesMax)};
  }
  if (header_bytes > kHttpHeaderBytesMax) {
    return Refusal{431, fmt::format("the headers are longer than {} bytes", kHttpHeaderBytesMax)};
  }
  if (request.body().size() > settings.body_bytes_max) {
    return Refusal{413, fmt::format("the body is longer than {} bytes", settings.body_bytes_max)};
  }
  if (hosts != 1) {
    return Refusal{400, "one Host header is required"};
  }
  if (auto refused = origin_refused(header, settings)) {
    return refused;
  }
  return std::nullopt;
}

api::HttpRequest to_request(const restinio::request_t& request) {
  api::HttpRequest result;
  result.method = request.header().method().c_str();
  result.target = request.header().request_target();
  request.header().for_each_field(
      [&](const auto& field) { result.headers.emplace_back(field.name(), field.value()); });
  result.body = request.body();
  result.remote = to_endpoint(request.remote_endpoint()).host;
  return result;
}

}  // namespace

struct HttpServer::Parts : std::enable_shared_from_this<Parts> {
  struct Waiting {
    restinio::request_handle_t request;
    steady_clock::time_point deadline;
  };

  Parts(asio::io_context& context, HttpSettings wanted, OnRequest told,
        std::optional<StreamEvents> events)
      : io(context),
        settings(std::move(wanted)),
        on_request(std::move(told)),
        streams(events ? std::make_shared<WebSocketServer>(context, *std::move(events)) : nullptr),
        sweeping(context),
        watching(context),
        count(std::make_shared<ConnectionCount>(settings.connections_max)) {
    if (settings.answer_timeout_ms == 0) {
      settings.answer_timeout_ms = settings.timeout_ms;
    }
  }

  restinio::request_handling_status_t take(restinio::request_handle_t request);
  void upgrade(restinio::request_t& request);
  void write(restinio::request_handle_t request, api::HttpResponse response, bool last);
  void refuse(restinio::request_handle_t request, const Refusal& refused);
  void sweep_at(steady_clock::time_point when);
  void sweep();
  void watch();
  void make_server(const asio::ip::tcp::endpoint& address);

  asio::io_context& io;
  HttpSettings settings;
  OnRequest on_request;
  std::shared_ptr<WebSocketServer> streams;  ///< null: WebSocket is not spoken
  std::map<std::uint64_t, Waiting> waiting;  ///< by id, and so by deadline
  std::uint64_t last_request = 0;
  asio::steady_timer sweeping;
  asio::steady_timer watching;
  std::shared_ptr<ConnectionCount> count;
  std::unique_ptr<HttpListener> server;
  std::map<int, std::uint64_t> refusals;
  asio::ip::tcp::acceptor* acceptor = nullptr;  ///< the server's, once it listens
  bool was_pending = false;
};

HttpServer::HttpServer(asio::io_context& io, HttpSettings settings, OnRequest on_request,
                       std::optional<StreamEvents> streams)
    : parts_(std::make_shared<Parts>(io, std::move(settings), std::move(on_request),
                                     std::move(streams))) {}

HttpServer::~HttpServer() {
  close();
  parts_->sweeping.cancel();
  parts_->waiting.clear();
}

void HttpServer::use_tls(std::shared_ptr<asio::ssl::context> tls) {
  parts_->settings.tls = std::move(tls);
}

base::Status HttpServer::open() {
  const HttpSettings& settings = parts_->settings;
  auto found = resolve_now(settings.host, settings.port);
  if (!found) {
    return base::Error{found.error().code,
                       fmt::format("cannot listen on {}: {}", shown(settings.host, settings.port),
                                   found.error().message)};
  }
  try {
    parts_->make_server(found->front());
    parts_->server->open();
  } catch (const std::system_error& fault) {
    parts_->server.reset();
    return listen_error(settings.host, settings.port, fault.code());
  }
  parts_->watch();
  return base::success();
}

void HttpServer::Parts::make_server(const asio::ip::tcp::endpoint& address) {
  HttpListenerSettings wanted;
  wanted.address = address;
  wanted.timeout = milliseconds(settings.timeout_ms);
  wanted.answer_timeout = milliseconds(settings.answer_timeout_ms);
  wanted.limits = restinio::incoming_http_msg_limits_t{}
                      .max_url_size(kHttpTargetBytesMax + kTargetReadBeyond)
                      .max_field_name_size(kHttpFieldNameBytesMax)
                      .max_field_value_size(kHttpFieldValueBytesMax)
                      .max_field_count(kHttpFieldsMax)
                      .max_body_size(settings.body_bytes_max + kBodyReadBeyond);
  wanted.count = count;
  wanted.on_bound = [this](asio::ip::tcp::acceptor& listening) { acceptor = &listening; };
  wanted.on_request = [weak = weak_from_this()](restinio::request_handle_t request) {
    const auto parts = weak.lock();
    return parts ? parts->take(std::move(request)) : restinio::request_rejected();
  };
  server = settings.tls ? make_tls_listener(io, std::move(wanted), settings.tls)
                        : make_plain_listener(io, std::move(wanted));
}

// Not from within the request's own callback: RESTinio would then read the next request twice, once
// when the callback returns and once when the answer has been written.
void HttpServer::Parts::write(restinio::request_handle_t request, api::HttpResponse response,
                              bool last) {
  asio::post(
      io, [request = std::move(request), response = std::move(response), callers = settings.callers,
           last] { write_now(request, response, callers, last); });
}

void HttpServer::Parts::refuse(restinio::request_handle_t request, const Refusal& refused) {
  ++refusals[refused.status];
  write(std::move(request), message_response(refused.status, refused.message, settings.callers),
        true);
}

restinio::request_handling_status_t HttpServer::Parts::take(restinio::request_handle_t request) {
  if (const auto refused = refusal(*request, settings)) {
    refuse(std::move(request), *refused);
    return restinio::request_accepted();
  }
  if (is_upgrade(request->header())) {
    if (const auto refused = upgrade_refusal(request->header(), streams.get())) {
      refuse(std::move(request), *refused);
    } else {
      upgrade(*request);
    }
    return restinio::request_accepted();
  }
  if (waiting.size() >= settings.waiting_max) {
    refuse(std::move(request), {503, "too many requests are waiting"});
    return restinio::request_accepted();
  }
  api::HttpRequest http = to_request(*request);
  const std::uint64_t id = ++last_request;
  const auto deadline = steady_clock::now() + milliseconds(settings.answer_timeout_ms);
  if (waiting.empty()) {
    sweep_at(deadline);
  }
  waiting.emplace(id, Waiting{std::move(request), deadline});
  on_request(id, std::move(http));
  return restinio::request_accepted();
}

// RESTinio's WebSocket connection is not used: it allocates whatever length a frame announces, and
// frames each message for each client anew.
void HttpServer::Parts::upgrade(restinio::request_t& request) {
  const std::string key = request.header().get_field(restinio::http_field::sec_websocket_key);
  auto stream = server->take_over(request);
  count->upgraded();
  streams->accept(std::move(stream), key);
}

void HttpServer::Parts::sweep_at(steady_clock::time_point when) {
  sweeping.expires_at(when);
  sweeping.async_wait([weak = weak_from_this()](const asio::error_code& error) {
    const auto parts = weak.lock();
    if (!error && parts) {
      parts->sweep();
    }
  });
}

void HttpServer::Parts::sweep() {
  const auto now = steady_clock::now();
  while (!waiting.empty() && waiting.begin()->second.deadline <= now) {
    auto request = std::move(waiting.begin()->second.request);
    waiting.erase(waiting.begin());
    refuse(std::move(request), {503, "no answer in time; it may still be carried out"});
  }
  if (!waiting.empty()) {
    sweep_at(waiting.begin()->second.deadline);
  }
}

// RESTinio stops accepting for good at its first accept error (no descriptors, no memory). That
// shows: connections stay pending though there is room for them. Then the listener is opened anew.
void HttpServer::Parts::watch() {
  pollfd listening{acceptor->native_handle(), POLLIN, 0};
  const bool pending = ::poll(&listening, 1, 0) == 1 && !count->full();
  if ((pending && was_pending) || !acceptor->is_open()) {
    try {
      server->close();
      server->open();
    } catch (const std::system_error&) {
      // Still nothing to be had: the next watch tries again.
    }
  }
  was_pending = pending;
  watching.expires_after(milliseconds(kWatchMs));
  watching.async_wait([weak = weak_from_this()](const asio::error_code& error) {
    const auto parts = weak.lock();
    if (!error && parts && parts->server) {
      parts->watch();
    }
  });
}

void HttpServer::close() {
  parts_->watching.cancel();
  parts_->server.reset();
  parts_->acceptor = nullptr;
}

std::uint16_t HttpServer::port() const {
  asio::error_code error;
  const auto address = parts_->acceptor != nullptr ? parts_->acceptor->local_endpoint(error)
                                                   : asio::ip::tcp::endpoint();
  return error ? std::uint16_t{0} : address.port();
}

void HttpServer::reply(std::uint64_t request, api::HttpResponse response) {
  const auto found = parts_->waiting.find(request);
  if (found == parts_->waiting.end()) {
    return;
  }
  auto handle = std::move(found->second.request);
  parts_->waiting.erase(found);
  parts_->write(std::move(handle), std::move(response), false);
}

void HttpServer::send(const api::StreamSend& effect) { parts_->streams->send(effect); }
void HttpServer::close_stream(const api::StreamClose& effect) { parts_->streams->close(effect); }
std::size_t HttpServer::streams() const {
  return parts_->streams == nullptr ? 0 : parts_->streams->size();
}

std::size_t HttpServer::waiting() const { return parts_->waiting.size(); }
std::size_t HttpServer::connections() const { return parts_->count->open(); }
const std::map<int, std::uint64_t>& HttpServer::refusals() const { return parts_->refusals; }

}  // namespace syrah::net
