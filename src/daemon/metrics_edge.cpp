#include <string>
#include <string_view>

#include "daemon/metrics_sections.h"

namespace syrah::daemon {
namespace {

/// "/orders/{}" as people read it: "/orders/{id}".
std::string shown(std::string_view pattern) {
  if (pattern.empty()) return "none";
  std::string text(pattern);
  for (auto at = text.find("{}"); at != std::string::npos; at = text.find("{}", at)) {
    text.insert(at + 1, "id");
  }
  return text;
}

PrometheusText::Labels labels_of(const api::RouteName& route) {
  return {{"method", route.method.empty() ? "none" : std::string(route.method)},
          {"route", shown(route.pattern)}};
}

}  // namespace

void write_journal(PrometheusText& out, const EdgeMetrics& edge) {
  out.histogram("syrah_journal_commit_duration_seconds", "Commits of the journal, sync included.");
  out.sample_us(edge.journal.took_us);
  out.histogram("syrah_journal_commit_entries", "Entries that shared a commit.");
  out.sample(edge.journal.entries);
  out.counter("syrah_journal_transactions_total", "Transactions made durable.");
  out.sample(edge.journal.transactions);
  out.gauge("syrah_journal_size_bytes", "The journal's files.");
  out.sample(edge.disk.journal_bytes);
  out.gauge("syrah_disk_free_bytes", "Free on the disk of the journal.");
  out.sample(edge.disk.free_bytes);
}

void write_api(PrometheusText& out, const node::Metrics& node, const EdgeMetrics& edge) {
  out.histogram("syrah_api_request_duration_seconds",
                "From a client's request to its answer, by route.");
  for (const auto& [route, counts] : edge.api.routes()) {
    out.sample_us(counts.took_us, labels_of(route));
  }
  out.counter("syrah_api_answers_total", "Answers to clients, by route and status.");
  for (const auto& [route, counts] : edge.api.routes()) {
    for (const auto& [status, count] : counts.answers) {
      PrometheusText::Labels labels = labels_of(route);
      labels.emplace_back("code", std::to_string(status));
      out.sample(count, labels);
    }
  }
  out.counter("syrah_api_refusals_total",
              "Answers by the HTTP server itself: refused before any route, or no answer in time.");
  for (const int always : {403, 503}) {
    if (!edge.api_refusals.contains(always)) {
      out.sample(std::uint64_t{0}, {{"code", std::to_string(always)}});
    }
  }
  for (const auto& [status, count] : edge.api_refusals) {
    out.sample(count, {{"code", std::to_string(status)}});
  }
  out.gauge("syrah_api_connections", "Connections of clients.");
  out.sample(edge.api_connections);
  out.gauge("syrah_api_open_requests", "Requests without an answer yet.");
  out.sample(edge.api.open());
  out.gauge("syrah_history_open_queries", "Of these, waiting for the history on disk.");
  out.sample(node.waiting_answers);
}

void write_streams(PrometheusText& out, const node::Metrics& node) {
  const auto by_channel = [&](const api::CountByChannel& counts) {
    for (const api::Channel channel : api::kChannels) {
      out.sample(counts[static_cast<std::size_t>(channel)],
                 {{"channel", std::string(api::to_text(channel))}});
    }
  };
  out.gauge("syrah_stream_connections", "Clients of the feed.");
  out.sample(node.stream_clients);
  out.gauge("syrah_stream_subscriptions", "What they are subscribed to: a channel of a product.");
  by_channel(node.stream_subscriptions);
  out.counter("syrah_stream_messages_total",
              "Messages to clients of the feed by channel; answer: to what they said.");
  by_channel(node.streams.messages);
  out.sample(node.streams.answers, {{"channel", "answer"}});
  out.counter("syrah_stream_conflated_total",
              "Updates of level2 that melted into a later one for a client that reads slowly.");
  out.sample(node.streams.conflated);
  out.counter("syrah_stream_slow_clients_total", "Clients closed because they did not read.");
  out.sample(node.streams.too_slow);
  out.counter("syrah_stream_resumes_total", "Subscriptions that asked to go on after a sequence.");
  out.sample(node.streams.resumed, {{"outcome", "resumed"}});
  out.sample(node.streams.not_resumed, {{"outcome", "refused"}});
}

void write_process(PrometheusText& out, const EdgeMetrics& edge) {
  const ProcessFigures& process = edge.process;
  out.counter("process_cpu_seconds_total", "User and system CPU time.");
  out.sample_us(process.cpu_us);
  out.gauge("process_resident_memory_bytes", "Resident memory.");
  out.sample(process.resident_bytes);
  out.gauge("process_virtual_memory_bytes", "Virtual memory.");
  out.sample(process.virtual_bytes);
  out.gauge("process_open_fds", "Open file descriptors.");
  out.sample(process.open_descriptors);
  out.gauge("process_max_fds", "Most file descriptors that may be open.");
  out.sample(process.descriptors_max);
  out.gauge("process_start_time_seconds", "When the process started, since 1970.");
  out.sample_us(edge.started_wall_us);
}

}  // namespace syrah::daemon
