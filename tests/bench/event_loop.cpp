#include "event_loop.hpp"

#include <cerrno>
#include <system_error>

namespace pinhole::bench {

EventLoop::EventLoop() : epoll_(checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {}

void EventLoop::control(int operation, int descriptor, std::uint32_t events, Watcher* watcher) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = watcher;
  checked(epoll_ctl(epoll_.get(), operation, descriptor, &event), "epoll_ctl");
}

void EventLoop::watch(int descriptor, std::uint32_t events, Watcher& watcher) {
  control(EPOLL_CTL_ADD, descriptor, events, &watcher);
}

void EventLoop::forget(int descriptor, const Watcher& watcher) {
  control(EPOLL_CTL_DEL, descriptor, 0, nullptr);
  for (std::size_t i = next_; i < count_; ++i) {
    if (events_[i].data.ptr == &watcher) events_[i].data.ptr = nullptr;
  }
}

bool EventLoop::turn(std::chrono::milliseconds patience) {
  const int ready = epoll_wait(epoll_.get(), events_.data(), static_cast<int>(events_.size()),
                               static_cast<int>(patience.count()));
  if (ready < 0 && errno == EINTR) return true;
  count_ = static_cast<std::size_t>(checked(ready, "epoll_wait"));
  for (next_ = 0; next_ < count_;) {
    const auto& event = events_[next_++];
    if (event.data.ptr != nullptr) static_cast<Watcher*>(event.data.ptr)->ready(event.events);
  }
  next_ = count_ = 0;
  return ready > 0;
}

}  // namespace pinhole::bench
