#include "support/router_model.hpp"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "pinhole/net/packet_edit.hpp"

namespace pinhole::test {

using alg::Side;

RouterModel::RouterModel(alg::Policies policies, const alg::Limits& limits,
                         const gateway::Surroundings& around)
    : policies_(std::move(policies)),
      limits_(limits),
      around_(around),
      gateway_(std::make_unique<gateway::Gateway>(
          policies_, limits_,
          gateway::Surroundings{static_cast<alg::Tracker&>(*this), static_cast<alg::Surveyor&>(*this),
                                static_cast<alg::Sink&>(*this), static_cast<alg::Observer&>(*this)})) {}

RouterModel::~RouterModel() {
  const bool told = broken_ != nullptr;
  try {
    finish();
  } catch (const LawBroken& broken) {
    if (told) return;
    std::fprintf(stderr, "%s\n", broken.what());
    std::abort();
  }
}

void RouterModel::hold(bool holds, const char* broken) {
  if (holds) return;
  if (broken_ == nullptr) broken_ = broken;
  if (!ending_) throw LawBroken(broken);
}

void RouterModel::tell(const char* broken) const {
  const bool ours = broken_ != nullptr && *broken_ != '\0';
  throw LawBroken(std::string(ours ? broken_ : broken) + "\n" + transcript_.text());
}

/// Calls the gateway, and checks what holds whenever nothing is being judged.
template <class Call>
void RouterModel::watched(Call call) {
  surroundings_failed_ = false;
  touched_.clear();
  try {
    try {
      call();
    } catch (const LawBroken&) {
      throw;
    } catch (...) {
      check_rest();
      throw;
    }
    check_rest();
  } catch (const LawBroken& broken) {
    if (broken_ == nullptr) broken_ = "";  // it is the surroundings' law
    tell(broken.what());
  }
}

void RouterModel::connect(const alg::NatView& view, net::Seq client_first, net::Seq server_first) {
  auto& flow = flows_[view.id];
  flow = {};
  flow.view = view;
  flow.from_start = true;
  if (const auto known = around_.tracker.lookup(view.key(Side::client))) flow.shift = known->shift;
  flow.of(Side::client).heard.emplace(flow.shift.client.shift(client_first));
  flow.of(Side::server).heard.emplace(flow.shift.server.shift(server_first));
}

FlowRecord& RouterModel::touch(const alg::NatView& view) {
  auto& flow = flows_[view.id];
  flow.view = view;
  if (touched_.empty() || touched_.back() != &flow) touched_.push_back(&flow);
  return flow;
}

/// The connection of a packet, as conntrack has it now.
FlowRecord* RouterModel::flow_of(const net::TcpSegment& segment, Side& sender) {
  const auto key = net::FlowKey::of(segment);
  const auto view = around_.tracker.lookup(key);
  if (!view) return nullptr;
  auto& flow = touch(view->nat);
  flow.shift = view->shift;
  sender = key == view->nat.key(Side::client) ? Side::client : Side::server;
  auto& own = flow.of(sender);
  auto& peers = flow.of(other(sender));
  if (!own.heard) own.heard.emplace(flow.shift[sender].shift(segment.seq() + (segment.syn() ? 1 : 0)));
  if (!segment.has_ack()) return &flow;
  if (!peers.heard) peers.heard.emplace(segment.ack());
  peers.disowned = peers.disowned || segment.ack() > peers.heard->next();
  return &flow;
}

const RouterModel::Waiting& RouterModel::take_in(alg::PacketId id, std::span<const std::uint8_t> bytes) {
  const auto [place, is_new] = waiting_.try_emplace(id);
  if (!is_new) throw std::logic_error("a packet that waits has this number");
  auto& waiting = place->second;
  // A copy of exactly its size: a read behind it is one behind the allocation.
  waiting.packet.assign(bytes.begin(), bytes.end());
  waiting_bytes_ += bytes.size();
  const auto parsed = net::TcpSegment::parse(waiting.packet);
  const auto* segment = std::get_if<net::TcpSegment>(&parsed);
  if (segment != nullptr) waiting.segment = *segment;
  if (segment != nullptr) waiting.flow = flow_of(*segment, waiting.sender);
  if (waiting.flow == nullptr) return waiting;
  auto& direction = waiting.flow->of(waiting.sender);
  direction.sent.add(segment->seq(), segment->payload());
  if (segment->payload().empty()) return waiting;
  direction.sent_end =
      net::later(direction.sent_end.value_or(segment->payload_end()), segment->payload_end());
  return waiting;
}

void RouterModel::packet(alg::PacketId id, std::span<const std::uint8_t> bytes, alg::Time now,
                         alg::Entry entry) {
  transcript_.time(now);
  transcript_.packet(id, bytes);
  watched([&] {
    current_ = id;
    gateway_->packet(id, take_in(id, bytes).packet, now, entry);
  });
}

void RouterModel::bypass(std::span<const std::uint8_t> packet) {
  transcript_.bypassed(packet);
  Waiting waiting;
  const auto parsed = net::TcpSegment::parse(packet);
  const auto& segment = std::get<net::TcpSegment>(parsed);
  waiting.flow = flow_of(segment, waiting.sender);
  forward(waiting, packet, segment.seq());
}

void RouterModel::tick(alg::Time now) {
  transcript_.time(now);
  watched([&] { gateway_->tick(now); });
}

void RouterModel::data_connection(std::span<const std::uint8_t> bytes) {
  watched([&] { gateway_->data_connection(bytes); });
}

void RouterModel::answer(const alg::TransferAnswer& answer, alg::Time now) {
  transcript_.time(now);
  watched([&] { gateway_->answer(answer, now); });
}

void RouterModel::answer(std::span<const alg::Listed> pinholes) {
  watched([&] { gateway_->answer(pinholes); });
}

void RouterModel::finish() {
  if (gateway_ == nullptr) return;
  ending_ = true;
  current_.reset();
  gateway_.reset();
  hold(waiting_.empty(), "a packet has no verdict");
  for (auto& [id, flow] : flows_) {
    hold(!flow.alive, "a flow's end was not told");
    hold(!flow.open || flow.stuck, "a pinhole has outlived the gateway");
    check_delivered(flow);
  }
  if (broken_ != nullptr) tell(broken_);
}

net::Seq RouterModel::next(std::uint64_t flow, Side receiver) const {
  return flows_.at(flow).of(other(receiver)).heard.value().next();
}

net::Seq RouterModel::received(std::uint64_t flow, Side sender) const {
  return flows_.at(flow).received(sender);
}

net::Seq RouterModel::acknowledged(std::uint64_t flow, Side sender) const {
  const auto by_receiver = received(flow, sender);
  return net::later(by_receiver, flows_.at(flow).of(sender).acknowledged.value_or(by_receiver));
}

/// What conntrack does behind the hook: nf_ct_seq_adjust() and NAT.
void RouterModel::forward(const Waiting& waiting, std::span<const std::uint8_t> packet, net::Seq seq) {
  if (waiting.flow == nullptr) return;
  const auto& flow = *waiting.flow;
  const auto receiver = other(waiting.sender);
  auto& arrival =
      arrivals_.emplace_back(Arrival{flow.view.id, receiver, {packet.begin(), packet.end()}, false});
  const auto& peers = flow.shift[receiver];
  const auto by = flow.shift[waiting.sender].shift(seq) - seq;
  if (by != 0) net::shift_seq(arrival.packet, by);
  if (peers != stream::SeqShift{}) {
    net::map_acks(arrival.packet, [&peers](net::Seq ack) { return peers.unshift(ack); });
  }
  const auto key = flow.view.key(receiver);
  if (flow.view.nated()) net::readdress(arrival.packet, key.destination, key.source);
}

void RouterModel::check_rest() {
  current_.reset();
  usage_ = gateway_->usage();
  const auto& usage = usage_;
  hold(waiting_.size() == usage.waiting_packets, "a packet that nobody holds has no verdict");
  hold(usage.waiting_packets <= limits_.waiting_packets && usage.waiting_bytes <= limits_.waiting_bytes,
       "too much waits for a verdict");
  hold(usage.flows <= limits_.flows, "too many flows are remembered");
  for (auto* flow : touched_) {
    for (const auto sender : {Side::client, Side::server}) check_kept(*flow, sender);
    check_pinholes_of(*flow);
    if (std::exchange(flow->over, false)) check_delivered(*flow);
  }
}

}  // namespace pinhole::test
