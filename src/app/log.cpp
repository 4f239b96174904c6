#include "app/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <cstdlib>

namespace pinhole::app {
namespace {

struct Level {
  spdlog::level::level_enum spdlog;
  std::string_view priority;  // sd-daemon(3)
};

const Level& level_for(LogLevel level) {
  static constexpr std::array<Level, 4> kLevels{{
      {spdlog::level::err, "<3>"},
      {spdlog::level::warn, "<4>"},
      {spdlog::level::info, "<6>"},
      {spdlog::level::debug, "<7>"},
  }};
  return kLevels[static_cast<std::size_t>(level)];
}

}  // namespace

class Log::Sink {
 public:
  Sink() : logger_("pinhole", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger_.set_level(spdlog::level::trace);  // Log has looked already
    logger_.set_pattern(journal_ ? "%v" : "%Y-%m-%d %H:%M:%S.%e %-7l %v");
    logger_.flush_on(spdlog::level::trace);
  }

  void write(LogLevel level, std::string_view line) {
    const auto& [spdlog_level, priority] = level_for(level);
    const auto view = [](std::string_view text) { return spdlog::string_view_t(text.data(), text.size()); };
    if (journal_) {
      logger_.log(spdlog_level, view(std::string(priority).append(line)));
    } else {
      logger_.log(spdlog_level, view(line));
    }
  }

 private:
  const bool journal_ = std::getenv("JOURNAL_STREAM") != nullptr;
  spdlog::logger logger_;
};

Log::Log(LogLevel level) : sink_(std::make_unique<Sink>()), level_(level) {}

Log::~Log() = default;

void Log::write(LogLevel level, std::string_view line) {
  if (wants(level)) sink_->write(level, line);
}

void Log::announce(std::string_view line) {
  sink_->write(LogLevel::info, line);
}

}  // namespace pinhole::app
