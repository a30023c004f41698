#include "daemon/metrics_page.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "api/errors.h"
#include "daemon/metrics_sections.h"

namespace syrah::daemon {

bool is_for_metrics(const api::HttpRequest& request) {
  const std::string_view target = request.target;
  return target.substr(0, target.find('?')) == kMetricsRoute.pattern;
}

std::optional<api::HttpResponse> metrics_refusal(const api::HttpRequest& request) {
  if (request.method == kMetricsRoute.method) return std::nullopt;
  api::HttpResponse response = api::error_response(405, "only GET is allowed here");
  response.headers.emplace_back("Allow", kMetricsRoute.method);
  return response;
}

std::string metrics_page(const node::Metrics& node, const EdgeMetrics& edge) {
  PrometheusText out;
  write_node(out, node);
  write_orders(out, node, edge.api);
  write_fills(out, node);
  write_books(out, node);
  write_peers(out, node);
  write_discovery(out, node);
  write_feeds(out, node);
  if (node.grenache) write_grenache(out, *node.grenache);
  write_journal(out, edge);
  write_api(out, node, edge);
  write_streams(out, node);
  write_process(out, edge);
  return out.text();
}

}  // namespace syrah::daemon
