#include "daemon/prometheus_text.h"

#include <prometheus/text_serializer.h>

#include <charconv>
#include <limits>

namespace syrah::daemon {
namespace {

/// Divided by, not multiplied with its inverse: 100 us become 0.0001, to the last digit.
constexpr double kUsPerSecond = 1e6;

prometheus::ClientMetric labelled(const PrometheusText::Labels& labels) {
  prometheus::ClientMetric metric;
  for (const auto& [name, value] : labels) metric.label.push_back({std::string(name), value});
  return metric;
}

}  // namespace

void PrometheusText::begin(std::string name, std::string help, prometheus::MetricType type) {
  families_.push_back({std::move(name), std::move(help), type, {}});
}

void PrometheusText::counter(std::string name, std::string help) {
  begin(std::move(name), std::move(help), prometheus::MetricType::Counter);
}
void PrometheusText::gauge(std::string name, std::string help) {
  begin(std::move(name), std::move(help), prometheus::MetricType::Gauge);
}
void PrometheusText::histogram(std::string name, std::string help) {
  begin(std::move(name), std::move(help), prometheus::MetricType::Histogram);
}

void PrometheusText::add(double value, const Labels& labels) {
  prometheus::ClientMetric metric = labelled(labels);
  metric.counter.value = value;  // the one that the type names is written
  metric.gauge.value = value;
  families_.back().metric.push_back(std::move(metric));
}

void PrometheusText::add(const base::Histogram& counts, double per_unit, const Labels& labels) {
  prometheus::ClientMetric metric = labelled(labels);
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < counts.bounds().size(); ++i) {
    so_far += counts.in_range(i);
    metric.histogram.bucket.push_back({so_far, static_cast<double>(counts.bounds()[i]) / per_unit});
  }
  metric.histogram.bucket.push_back({counts.count(), std::numeric_limits<double>::infinity()});
  metric.histogram.sample_count = counts.count();
  metric.histogram.sample_sum = static_cast<double>(counts.sum()) / per_unit;
  families_.back().metric.push_back(std::move(metric));
}

void PrometheusText::sample(std::uint64_t value, const Labels& labels) {
  add(static_cast<double>(value), labels);
}
void PrometheusText::sample_us(std::int64_t value_us, const Labels& labels) {
  add(static_cast<double>(value_us) / kUsPerSecond, labels);
}
void PrometheusText::sample_decimal(const std::string& value, const Labels& labels) {
  double number = std::numeric_limits<double>::quiet_NaN();
  std::from_chars(value.data(), value.data() + value.size(), number);
  add(number, labels);
}
void PrometheusText::sample(const base::Histogram& counts, const Labels& labels) {
  add(counts, 1.0, labels);
}
void PrometheusText::sample_us(const base::Histogram& counts_us, const Labels& labels) {
  add(counts_us, kUsPerSecond, labels);
}

std::string PrometheusText::text() const {
  return prometheus::TextSerializer().Serialize(families_);
}

}  // namespace syrah::daemon
