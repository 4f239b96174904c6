// What stands between client and server: a lab whose router treats FTP in one of four ways.
//
//   none     no helper, no queue; the router forwards everything
//   kernel   nf_conntrack_ftp and nf_nat_ftp
//   floor    Pinhole's rules, and a listener that accepts every packet unread; the router forwards everything
//   pinhole  Pinhole's rules and `pinhole run`, as installed
//
// Each stays up for the whole measurement, so that a run begins at once, and runs of different ways can
// follow each other in any order.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "load.hpp"
#include "support/lab_gateway.hpp"

namespace pinhole::bench {

/// What a variant needs and this machine lacks.
class Missing : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Variant {
 public:
  /// Throws Missing, or std::runtime_error where everything is there and it fails all the same.
  Variant(std::string_view name, const std::string& topology);

  const std::string& name() const { return name_; }

  /// Empties the router's connection table, and seats who listens to its queue, if anybody does.
  void prepare(const Seat& listener);

  Stage stage(const Seat& load) const;

 private:
  void in_router(const test::Arguments& command) const;
  void forward_everything() const;
  void use_kernel_helper() const;
  void listen_unread();

  std::string name_;
  test::Lab lab_;
  std::optional<test::Rules> rules_;
  std::unique_ptr<test::Process> unread_;
  std::optional<test::Gateway> gateway_;
};

}  // namespace pinhole::bench
