#include "app/log_queue.hpp"

#include <utility>

namespace pinhole::app {

void LogQueue::put(LogLevel level, const alg::Event& event) {
  put_any(level, event);
}

void LogQueue::put(LogLevel level, std::string line) {
  put_any(level, std::move(line));
}

template <class What>
void LogQueue::put_any(LogLevel level, What&& what) {
  bool first = false;
  {
    const std::scoped_lock lock(mutex_);
    if (closed_) return;
    first = place(level, std::forward<What>(what));
  }
  if (first) changed_.notify_one();  // whoever takes goes on until the queue is empty
}

/// Whether the queue was empty.
template <class What>
bool LogQueue::place(LogLevel level, What&& what) {
  // Under the lock: the order of entries is that of their times.
  const auto now = std::chrono::system_clock::now();
  if (size_ + 1 < ring_.size()) {
    auto& entry = at(size_++);
    entry.time = now;
    entry.level = level;
    entry.what = std::forward<What>(what);
    return size_ == 1;
  }
  ++lost_;
  if (auto* lost = std::get_if<Lost>(&at(size_ - 1).what)) {
    ++lost->count;
  } else {
    at(size_++) = {now, LogLevel::warning, Lost{1}};  // the place that is kept for it
  }
  return false;
}

bool LogQueue::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return size_ > 0 || closed_; });
  return size_ > 0;
}

bool LogQueue::wait_for(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [this] { return size_ > 0 || closed_; });
  return size_ > 0 || !closed_;
}

std::optional<LogEntry> LogQueue::take_now() {
  const std::scoped_lock lock(mutex_);
  if (size_ == 0) return std::nullopt;
  std::optional<LogEntry> entry(std::move(at(0)));
  first_ = (first_ + 1) % ring_.size();
  --size_;
  return entry;
}

void LogQueue::close() {
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
  }
  changed_.notify_one();
}

void LogQueue::close_and_forget() {
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    size_ = 0;
  }
  changed_.notify_one();
}

std::uint64_t LogQueue::lost() const {
  const std::scoped_lock lock(mutex_);
  return lost_;
}

}  // namespace pinhole::app
