// What conntrack would answer: entries and expectations as netlink messages, made of their attributes.
#pragma once

#include <chrono>
#include <optional>

#include "netfilter/ctnetlink_messages.hpp"
#include "scripted_kernel.hpp"

namespace pinhole::test {

struct EntrySpec {
  net::FlowKey orig, reply;
  std::optional<net::FlowKey> master{};
  std::optional<std::chrono::seconds> timeout{};
  std::uint8_t state = 3;  ///< TCP_CONNTRACK_ESTABLISHED; 7 is TIME_WAIT
  stream::SeqShift client_shift{}, server_shift{};
};

Reply entry_reply(const EntrySpec& spec);

struct ExpectationSpec {
  net::FlowKey master, tuple;
  std::uint32_t id = 1;
  std::string helper = "sane";
};

Reply expectation_reply(const ExpectationSpec& spec);

}  // namespace pinhole::test
