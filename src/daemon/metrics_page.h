#pragma once

// The answer to GET /metrics: all that node and edge count, under the names that docs/operations.md
// explains.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "api/http.h"
#include "api/router.h"
#include "daemon/edge_counts.h"
#include "daemon/process_figures.h"
#include "node/metrics.h"

namespace syrah::daemon {

/// What is known at the edge only.
struct EdgeMetrics {
  std::int64_t started_wall_us = 0;  ///< the process
  ProcessFigures process;
  DiskFigures disk;
  const ApiCounts& api;
  const JournalCounts& journal;
  std::size_t api_connections = 0;
  const std::map<int, std::uint64_t>& api_refusals;  ///< by the HTTP server itself, by status
};

std::string metrics_page(const node::Metrics& node, const EdgeMetrics& edge);

inline constexpr api::RouteName kMetricsRoute{"GET", "/metrics"};

/// Whether the request is for /metrics, by whatever method.
bool is_for_metrics(const api::HttpRequest& request);
/// The refusal of a request for /metrics that is not a GET.
std::optional<api::HttpResponse> metrics_refusal(const api::HttpRequest& request);

}  // namespace syrah::daemon
