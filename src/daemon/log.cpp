#include "daemon/log.h"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include "json/writer.h"

namespace syrah::daemon {

namespace {

spdlog::level::level_enum to_spdlog(base::LogLevel level) {
  switch (level) {
    case base::LogLevel::kDebug:
      return spdlog::level::debug;
    case base::LogLevel::kInfo:
      return spdlog::level::info;
    case base::LogLevel::kWarning:
      return spdlog::level::warn;
    case base::LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

bool is_plain(std::string_view value) {
  for (const char c : value) {
    if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == '\x7f') {
      return false;
    }
  }
  return !value.empty();
}

std::string in_quotes(std::string_view value) {
  std::string result;
  json::Writer(result).string(value);
  return result;
}

}  // namespace

std::string text_line(const base::LogLine& line) {
  std::string text = line.message;
  for (const auto& [name, value] : line.fields) {
    text += fmt::format(" {}={}", name, is_plain(value) ? value : in_quotes(value));
  }
  return text;
}

std::string json_members(const base::LogLine& line) {
  std::string object;
  json::Writer writer(object);
  writer.begin_object().string("message", line.message);
  for (const auto& [name, value] : line.fields) {
    writer.string(name, value);
  }
  writer.end_object();
  return object.substr(1, object.size() - 2);
}

struct Log::Parts {
  Parts(LogFormat wanted, std::ostream& out)
      : format(wanted),
        logger("syrah", std::make_shared<spdlog::sinks::ostream_sink_mt>(out, true)) {}

  LogFormat format;
  spdlog::logger logger;
};

Log::Log(LogFormat format, base::LogLevel level, std::ostream& out)
    : parts_(std::make_unique<Parts>(format, out)) {
  parts_->logger.set_level(to_spdlog(level));
  parts_->logger.set_pattern(format == LogFormat::kText
                                 ? "%Y-%m-%dT%H:%M:%S.%eZ %-7l %v"
                                 : R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})",
                             spdlog::pattern_time_type::utc);
}

Log::~Log() = default;

void Log::write(const base::LogLine& line) {
  const auto level = to_spdlog(line.level);
  if (parts_->logger.should_log(level)) {
    parts_->logger.log(
        level, spdlog::string_view_t(parts_->format == LogFormat::kText ? text_line(line)
                                                                        : json_members(line)));
  }
}

}  // namespace syrah::daemon
