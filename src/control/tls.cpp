#include "control/tls.hpp"

#include "pinhole/ftp/tls_records.hpp"

namespace pinhole::control {
namespace {

/// Clear text after TLS counts only if both sides did speak TLS: else anybody could skip the login with it.
void leave_tls(Session& session, Side sender) {
  auto& own = session.channel(sender);
  const auto& peer = session.channel(other(sender));
  own.spoke_tls = own.tls->count() > 0;
  own.tls.reset();
  if (own.spoke_tls && (peer.tls ? peer.tls->count() > 0 : peer.spoke_tls)) session.dialogue.cleared();
}

}  // namespace

bool turns_to_tls(const Session& session, Side sender, std::span<const std::uint8_t> bytes) {
  return sender == Side::client && session.dialogue.may_turn_to_tls() &&
         session.channel(sender).line.length() == 0 && ftp::TlsRecords::begin_with(bytes);
}

void follow_records(Session& session) {
  for (const auto side : {Side::client, Side::server}) {
    session.channel(side).tls.emplace();
    session.channel(side).spoke_tls = false;
  }
}

std::span<const std::uint8_t> skip_records(Session& session, Side sender,
                                           std::span<const std::uint8_t> bytes) {
  auto& channel = session.channel(sender);
  const auto before = bytes;
  channel.tls->skip(bytes);
  channel.stream.pass({}, before.first(before.size() - bytes.size()));
  if (!bytes.empty()) leave_tls(session, sender);
  return bytes;
}

}  // namespace pinhole::control
