#pragma once

// The page of metrics by subject: metrics_market.cpp, metrics_network.cpp, metrics_edge.cpp.

#include "daemon/metrics_page.h"
#include "daemon/prometheus_text.h"

namespace syrah::daemon {

void write_node(PrometheusText& out, const node::Metrics& node);
void write_orders(PrometheusText& out, const node::Metrics& node, const ApiCounts& api);
void write_fills(PrometheusText& out, const node::Metrics& node);
void write_books(PrometheusText& out, const node::Metrics& node);

void write_peers(PrometheusText& out, const node::Metrics& node);
void write_discovery(PrometheusText& out, const node::Metrics& node);
void write_feeds(PrometheusText& out, const node::Metrics& node);
void write_grenache(PrometheusText& out, const node::GrenacheView& grenache);

void write_journal(PrometheusText& out, const EdgeMetrics& edge);
void write_api(PrometheusText& out, const node::Metrics& node, const EdgeMetrics& edge);
void write_streams(PrometheusText& out, const node::Metrics& node);
void write_process(PrometheusText& out, const EdgeMetrics& edge);

}  // namespace syrah::daemon
