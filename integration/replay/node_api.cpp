#include "node_api.h"

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "api/auth.h"
#include "json/reader.h"

namespace syrah::replay {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw std::runtime_error(path + " cannot be read");
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::string timestamp() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
  return fmt::format("{}.{:03}", ms / 1000, ms % 1000);
}

}  // namespace

std::string text_member(const std::string& json, std::string_view name) {
  const auto value = json::parse(json);
  if (!value || !value->is_object()) return {};
  return std::string(value->string(name).value_or(""));
}

NodeApi::NodeApi(asio::io_context& io, const NodeAddress& address, std::size_t connections) {
  const std::string text = read_file(address.key_file);
  key_ = text_member(text, "key");
  passphrase_ = text_member(text, "passphrase");
  secret_ = text_member(text, "secret");
  for (std::size_t at = 0; at < connections; ++at) {
    connections_.push_back(std::make_unique<Connection>(io, address.endpoint));
    free_.push_back(connections_.back().get());
  }
}

std::string NodeApi::signature_headers(const std::string& method, const std::string& target,
                                       const std::string& body) const {
  const std::string now = timestamp();
  const auto sign = api::sign_request(secret_, now, method, target, body);
  if (!sign) throw std::runtime_error(sign.error().message);
  return fmt::format(
      "CB-ACCESS-KEY: {}\r\nCB-ACCESS-SIGN: {}\r\nCB-ACCESS-TIMESTAMP: {}\r\n"
      "CB-ACCESS-PASSPHRASE: {}\r\n",
      key_, *sign, now, passphrase_);
}

void NodeApi::call(std::string method, std::string target, std::string body, bool signed_call,
                   Connection::Done done) {
  std::string head = fmt::format("{} {} HTTP/1.1\r\n", method, target);
  if (signed_call) head += signature_headers(method, target, body);
  Call call{std::move(head), std::move(body), std::move(done)};
  if (free_.empty()) {
    waiting_.push_back(std::move(call));
    return;
  }
  Connection* const connection = free_.back();
  free_.pop_back();
  begin(*connection, std::move(call));
}

void NodeApi::begin(Connection& connection, Call call) {
  connection.request(std::move(call.head), call.body,
                     [this, &connection, done = std::move(call.done)](Reply reply) {
                       if (waiting_.empty()) {
                         free_.push_back(&connection);
                       } else {
                         Call next = std::move(waiting_.front());
                         waiting_.pop_front();
                         begin(connection, std::move(next));
                       }
                       done(std::move(reply));
                     });
}

void NodeApi::get(std::string target, Connection::Done done) {
  call("GET", std::move(target), {}, false, std::move(done));
}

void NodeApi::place(const Message& message, Connection::Done done) {
  call("POST", "/orders",
       fmt::format(R"({{"product_id":"{}","side":"{}","size":"{}","price":"{}.{:02}"{}}})",
                   kProduct, message.buy ? "buy" : "sell", message.size, message.cents / 100,
                   message.cents % 100,
                   message.kind == Message::Kind::kIoc ? R"(,"time_in_force":"IOC")" : ""),
       true, std::move(done));
}

void NodeApi::cancel(const std::string& id, Connection::Done done) {
  call("DELETE", "/orders/" + id, {}, true, std::move(done));
}

void NodeApi::replace(const std::string& id, std::int64_t size, Connection::Done done) {
  call("PUT", "/orders/" + id, fmt::format(R"({{"size":"{}"}})", size), true, std::move(done));
}

}  // namespace syrah::replay
