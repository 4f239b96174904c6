#include "observe/event_counters.hpp"

namespace pinhole::observe {
namespace {

struct Count {
  EventCounters& counters;

  void operator()(const alg::Began&) const { counters.began.add(); }
  void operator()(const alg::Negotiated& event) const { counters.negotiations[event.reason].add(); }
  void operator()(const alg::Refused& event) const { counters.refusals[event.reason].add(); }
  void operator()(const alg::Closed&) const {}
  void operator()(const alg::Connected&) const { counters.connected.add(); }
  void operator()(const alg::Cut&) const { counters.cut.add(); }
  void operator()(const alg::Missed&) const { counters.missed.add(); }
  void operator()(const alg::NotFtp&) const {}
  void operator()(const alg::Ended&) const { counters.ended.add(); }
};

}  // namespace

void EventCounters::notice(const alg::Event& event) {
  std::visit(Count{*this}, event.what);
}

}  // namespace pinhole::observe
