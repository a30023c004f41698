#include <utility>

#include "base/overloaded.h"
#include "node/step.h"

namespace syrah::node {

void Step::on(const StreamOpened& input) { parts_.streams.opened(input.stream, now_); }

void Step::on(const StreamReceived& input) {
  publish_books();
  // Signatures come in the text; the address counts for requests only.
  if (auto answer = parts_.streams.received(input.stream, input.text, context({}))) {
    parts_.outbox.wait(std::move(*answer));
    release();
  }
  const auto cancels = parts_.streams.cancels_for(input.stream);
  if (cancels && parts_.clients.cancel_after.watch(input.stream, *cancels)) save_keys(0, {});
}

void Step::on(const StreamsSent& input) {
  for (const auto& [stream, bytes] : input.bytes) parts_.streams.sent(stream, bytes);
}

void Step::on(const StreamClosed& input) {
  parts_.streams.closed(input.stream);
  client_connection_ended(input.stream);
}

void Step::publish_books(const std::vector<exchange::Fact>& facts) {
  auto news = parts_.streams.note(parts_.exchange.take_book_news(), facts, parts_.exchange, now_);
  if (news) parts_.outbox.wait(std::move(*news));
}

void Step::release_one(api::StreamNews news) { parts_.streams.release(std::move(news)); }
void Step::release_one(const api::StreamAnswer& answer) { parts_.streams.release(answer); }

void Step::stream() {
  parts_.streams.flush(now_);
  for (api::StreamOutput& output : parts_.streams.take_outputs()) {
    std::visit([this](auto& alternative) { effects_.emplace_back(std::move(alternative)); },
               output);
  }
}

}  // namespace syrah::node
