#include "netfilter/ctnetlink_tracker.hpp"

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

namespace pinhole::netfilter {
namespace {

constexpr std::string_view kHelper = "sane";  // whom the rules (pinhole-nft, pinhole-iptables) attach

/// A control connection that has less left than this gets more. The gateway asks every few seconds, so that
/// it may miss many turns before the entry is gone.
constexpr std::chrono::minutes kLeastLeft{2};
/// What it gets: seldom set, and soon over where nobody asks any more.
constexpr std::chrono::minutes kProlonged{5};

constexpr std::size_t kMostSeen = 16'384;

constexpr int kDumpTries = 4;  // a table that changes all the time is taken as it comes

/// Neither our privilege nor the kernel's modules can come back while we run: no packet can be judged.
void throw_if_broken(int error, const char* what) {
  if (error == EPERM || error == EACCES) throw std::system_error(error, std::generic_category(), what);
}

std::string advice_for(int error) {
  switch (error) {
    case EOPNOTSUPP:
      return "no helper on this connection: run 'pinhole-nft up' or 'pinhole-iptables up' before it begins";
    case EINVAL:
      return "the kernel does not know the request: is the module nf_nat loaded?";
    case ENOENT:
      return "the connection is no longer tracked";
    case EMFILE:
      return "too many expectations: raise net.netfilter.nf_conntrack_expect_max";
    default:
      return std::generic_category().message(error);
  }
}

}  // namespace

CtnetlinkTracker::CtnetlinkTracker(Listener& listener) : listener_(listener) {}

std::optional<alg::NatView> CtnetlinkTracker::lookup(const net::FlowKey& key) {
  Message request = conntrack_get(key);
  const auto answer = socket_.ask(request);
  throw_if_broken(answer.error, "conntrack lookup");
  if (answer.error != 0) return {};
  return parse_conntrack(answer.data);
}

alg::Opened CtnetlinkTracker::open(const alg::NatView& flow, const alg::Pinhole& pinhole) {
  // What the router itself offers on a port of its own must not be taken away from it.
  const bool translated = pinhole.to.address != pinhole.forward_to.address;
  if (translated && local_sockets_.has_one_for({{pinhole.from, 0}, pinhole.to})) return alg::Opened::taken;
  auto expectation = expectation_for(flow, pinhole);
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
      return alg::Opened::taken;
    default:
      throw_if_broken(error, "expectation");
      report_refusal(flow, pinhole, error);
      return alg::Opened::failed;
  }
  Message timeout = expectation_timeout(expectation, pinhole.timeout);
  // An error here means that it was used already.
  socket_.ask(timeout);
  return alg::Opened::yes;
}

void CtnetlinkTracker::close(const alg::NatView& flow, const alg::Pinhole& pinhole) {
  remove_own(expectation_for(flow, pinhole));
}

std::vector<alg::Listed> CtnetlinkTracker::list() {
  std::vector<alg::Listed> pinholes;
  for (int tries = 0; tries < kDumpTries; ++tries) {
    pinholes.clear();
    Message request = expectation_dump();
    const auto dump = socket_.dump(request, [&](std::span<const std::uint8_t> message) {
      const auto found = parse_expectation(message);
      if (!found || found->helper != kHelper) return;
      pinholes.push_back({found->master, found->tuple.source.address, found->tuple.destination});
    });
    if (dump.error != 0) throw std::system_error(dump.error, std::generic_category(), "list of expectations");
    if (!dump.interrupted) break;
  }
  return pinholes;
}

bool CtnetlinkTracker::keep_alive(const alg::NatView& flow, const alg::Pinhole& pinhole, bool search) {
  if (!transfers(expectation_for(flow, pinhole), search)) return false;
  const auto orig = flow.key(alg::Side::client);
  Message question = conntrack_get(orig);
  const auto answer = socket_.ask(question);
  const auto control = answer.error == 0 ? parse_connection(answer.data) : std::nullopt;
  if (control && control->timeout && *control->timeout < kLeastLeft) {
    Message prolongation = conntrack_timeout(orig, kProlonged);
    socket_.ask(prolongation);  // an error here means that it has just gone
  }
  return true;
}

bool CtnetlinkTracker::shift(const alg::NatView& flow, alg::Side sender, const stream::SeqShift& shift) {
  // A connection without the sequence-adjust extension takes the update without a word: hence the question.
  const auto orig = flow.key(alg::Side::client);
  std::array requests{conntrack_shift(orig, sender, shift), conntrack_get(orig)};
  socket_.send(requests);
  const auto changed = socket_.receive(requests[0]);
  const auto answer = socket_.receive(requests[1]);
  throw_if_broken(changed.error, "sequence shift");
  if (changed.error != 0 || answer.error != 0) return false;
  const auto now = parse_conntrack(answer.data);
  return now && (sender == alg::Side::client ? now->client_shift : now->server_shift) == shift;
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

/// Whether a connection that this expectation let in, from whatever port, has not ended. `anew`: the pinhole
/// may have been opened once more since one was seen.
bool CtnetlinkTracker::transfers(const Expectation& expectation, bool anew) {
  const auto remembered = seen_.find(expectation.tuple);
  if (remembered != seen_.end()) {
    if (is_there(remembered->second, expectation.master)) return true;
    seen_.erase(remembered);
    if (!anew) return false;
  }
  const auto found = search(expectation);
  if (!found) return false;
  if (seen_.size() >= kMostSeen) seen_.erase(seen_.begin());  // and it must be searched for again
  seen_.emplace(expectation.tuple, *found);
  return true;
}

bool CtnetlinkTracker::is_there(const net::FlowKey& data, const net::FlowKey& master) {
  Message question = conntrack_get(data);
  const auto answer = socket_.ask(question);
  throw_if_broken(answer.error, "conntrack lookup");
  const auto connection = answer.error == 0 ? parse_connection(answer.data) : std::nullopt;
  return connection && !connection->ended && connection->master == master;
}

/// The kernel's filter only saves time: every entry is looked at again.
std::optional<net::FlowKey> CtnetlinkTracker::search(const Expectation& expectation) {
  const auto& tuple = expectation.tuple;
  std::optional<net::FlowKey> found;
  const auto look = [&](std::span<const std::uint8_t> message) {
    const auto connection = parse_connection(message);
    if (!connection || connection->ended || connection->master != expectation.master) return;
    const auto& orig = connection->orig;
    if (orig.source.address == tuple.source.address && orig.destination == tuple.destination) found = orig;
  };
  bool filtered = true;
  for (int tries = 0; tries < kDumpTries && !found; ++tries) {
    Message request = filtered ? conntrack_dump(tuple) : conntrack_dump(tuple.source.address.family());
    const auto dump = socket_.dump(request, look);
    throw_if_broken(dump.error, "conntrack dump");
    if (dump.error == 0 && !dump.interrupted) break;
    filtered = dump.error == 0;
  }
  return found;
}

void CtnetlinkTracker::report_refusal(const alg::NatView& flow, const alg::Pinhole& pinhole, int error) {
  listener_.report(Severity::error, flow.client.to_string() + " -> " + flow.dialed.to_string() +
                                        ": the kernel refused a pinhole to " + pinhole.to.to_string() + ": " +
                                        advice_for(error));
}

}  // namespace pinhole::netfilter
