#include "netfilter/ctnetlink_tracker.hpp"

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

namespace pinhole::netfilter {
namespace {

std::string advice_for(int error) {
  switch (error) {
    case EOPNOTSUPP:
      return "no helper on this connection: run 'pinhole-nft up' or 'pinhole-iptables up' before it begins";
    case EINVAL:
      return "the kernel does not support it: is the module nf_nat loaded?";
    case ENOENT:
      return "the conntrack entry is gone";
    case EMFILE:
      return "too many expectations: raise net.netfilter.nf_conntrack_expect_max";
    default:
      return std::generic_category().message(error);
  }
}

}  // namespace

void throw_if_broken(int error, const char* what) {
  if (error == EPERM || error == EACCES) throw std::system_error(error, std::generic_category(), what);
}

std::optional<alg::View> CtnetlinkTracker::lookup(const net::FlowKey& key) {
  Message request = conntrack_get(key);
  const auto answer = socket_.ask(request);
  throw_if_broken(answer.error, "conntrack lookup");
  if (answer.error != 0) return {};
  return parse_conntrack(answer.data);
}

alg::Applied CtnetlinkTracker::apply(const alg::NatView& flow, const alg::Change& change) {
  if (change.labels && !label(flow, *change.labels)) return alg::Applied::refused;
  if (change.pinhole) {
    const auto opened = open(flow, *change.pinhole);
    if (opened != alg::Applied::all) return opened;
  }
  if (!change.shift) return alg::Applied::all;
  try {
    if (shift(flow, *change.shift)) return alg::Applied::all;
  } catch (...) {
    if (change.pinhole) close(flow, *change.pinhole);
    throw;
  }
  if (change.pinhole) close(flow, *change.pinhole);
  return alg::Applied::cannot_shift;
}

alg::Applied CtnetlinkTracker::open(const alg::NatView& flow, const alg::Pinhole& pinhole) {
  // What the router itself offers on a port of its own must not be taken away from it.
  const bool translated = pinhole.to.address != pinhole.forward_to.address;
  if (translated && local_sockets_.has_one_for({{pinhole.from, 0}, pinhole.to})) return alg::Applied::taken;
  auto expectation = expectation_for(flow, pinhole);
  expectation.permanent = pinholes_ == Pinholes::last_until_closed;
  int error = create(expectation);
  if (error == EINVAL && !flow.nated()) {
    expectation.forward_to.reset();  // a kernel without nf_nat knows nothing to follow, and needs nothing
    error = create(expectation);
  }
  // Our own may be left over from before a restart.
  if (error == EEXIST && remove_own(expectation)) error = create(expectation);
  switch (error) {
    case 0:
      break;
    case EEXIST:
    case EBUSY:
    case EALREADY:
      return alg::Applied::taken;
    default:
      throw_if_broken(error, "expectation");
      report_refusal(flow, pinhole, error);
      return alg::Applied::refused;
  }
  Message timeout = expectation_timeout(expectation, pinhole.timeout);
  // An error here means that it was used already.
  socket_.ask(timeout);
  return alg::Applied::all;
}

bool CtnetlinkTracker::label(const alg::NatView& flow, const alg::Labels& labels) {
  Message request = conntrack_labels(flow.key(alg::Side::client), labels);
  const auto answer = socket_.ask(request);
  throw_if_broken(answer.error, "connection label");
  return answer.error == 0;
}

bool CtnetlinkTracker::close(const alg::NatView& flow, const alg::Pinhole& pinhole) {
  return remove_own(expectation_for(flow, pinhole));
}

std::optional<net::FlowKey> CtnetlinkTracker::master_of(const net::FlowKey& data) {
  Message request = conntrack_get(data);
  const auto answer = socket_.ask(request);
  throw_if_broken(answer.error, "conntrack lookup");
  const auto found = answer.error == 0 ? parse_connection(answer.data) : std::nullopt;
  return found ? found->master : std::nullopt;
}

bool CtnetlinkTracker::cut(const alg::NatView& flow, const net::FlowKey& data) {
  Message request = conntrack_get(data);
  const auto answer = socket_.ask(request);
  const auto found = answer.error == 0 ? parse_connection(answer.data) : std::nullopt;
  if (!found || found->master != flow.key(alg::Side::client)) return false;
  Message removal = conntrack_delete(found->orig, found->id);
  const int error = socket_.ask(removal).error;
  throw_if_broken(error, "conntrack delete");
  return error == 0;
}

bool CtnetlinkTracker::shift(const alg::NatView& flow, const alg::Change::Shift& shift) {
  // A connection without the sequence-adjust extension takes the update without a word: hence the question.
  const auto orig = flow.key(alg::Side::client);
  std::array requests{conntrack_shift(orig, shift.sender, shift.to), conntrack_get(orig)};
  socket_.send(requests);
  const auto changed = socket_.receive(requests[0]);
  const auto answer = socket_.receive(requests[1]);
  throw_if_broken(changed.error, "sequence adjustment");
  if (changed.error != 0 || answer.error != 0) return false;
  const auto now = parse_conntrack(answer.data);
  return now && now->shift[shift.sender] == shift.to;
}

int CtnetlinkTracker::create(const Expectation& expectation) {
  Message request = expectation_new(expectation);
  return socket_.ask(request).error;
}

/// Deletes an expectation if it exists and is this connection's: the tuple may be another's by now.
bool CtnetlinkTracker::remove_own(const Expectation& expectation) {
  Message question = expectation_get(expectation.tuple);
  const auto answer = socket_.ask(question);
  if (answer.error != 0) return false;
  const auto found = parse_expectation(answer.data);
  if (!found || found->master != expectation.master) return false;
  Message removal = expectation_delete(expectation.tuple, found->id);
  return socket_.ask(removal).error == 0;
}

void CtnetlinkTracker::report_refusal(const alg::NatView& flow, const alg::Pinhole& pinhole, int error) {
  reporter_.report(Severity::error, flow.client.to_string() + " -> " + flow.dialed.to_string() +
                                        ": the kernel refused an expectation to " + pinhole.to.to_string() +
                                        ": " + advice_for(error));
}

}  // namespace pinhole::netfilter
