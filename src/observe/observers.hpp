// Several observers beside each other, told one after the other.
#pragma once

#include <initializer_list>
#include <vector>

#include "pinhole/alg/event.hpp"

namespace pinhole::observe {

class Observers final : public alg::Observer {
 public:
  /// All of them must outlive this.
  Observers(std::initializer_list<alg::Observer*> observers) : observers_(observers) {}

  void notice(const alg::Event& event) override {
    for (auto* observer : observers_) observer->notice(event);
  }

 private:
  std::vector<alg::Observer*> observers_;
};

}  // namespace pinhole::observe
