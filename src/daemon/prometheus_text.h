#pragma once

// Metrics in the text format of Prometheus, version 0.0.4. The only place that knows the library
// which writes it, and the only one where counts become floating point, as the format has them.

#include <prometheus/metric_family.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/histogram.h"

namespace syrah::daemon {

inline constexpr std::string_view kPrometheusContentType =
    "text/plain; version=0.0.4; charset=utf-8";

/// One name after the other: `counter`, `gauge` or `histogram`, then its samples.
class PrometheusText {
 public:
  using Labels = std::vector<std::pair<std::string_view, std::string>>;

  /// `help` is one sentence. Names end in their unit, those of counters in _total.
  void counter(std::string name, std::string help);
  void gauge(std::string name, std::string help);
  void histogram(std::string name, std::string help);

  void sample(std::uint64_t value, const Labels& labels = {});
  /// Microseconds, shown in seconds.
  void sample_us(std::int64_t value_us, const Labels& labels = {});
  /// A decimal number, as prices and quantities are written.
  void sample_decimal(const std::string& value, const Labels& labels = {});
  void sample(const base::Histogram& counts, const Labels& labels = {});
  void sample_us(const base::Histogram& counts_us, const Labels& labels = {});

  [[nodiscard]] std::string text() const;

 private:
  void begin(std::string name, std::string help, prometheus::MetricType type);
  void add(double value, const Labels& labels);
  void add(const base::Histogram& counts, double per_unit, const Labels& labels);

  std::vector<prometheus::MetricFamily> families_;
};

}  // namespace syrah::daemon
