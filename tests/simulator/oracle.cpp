#include "simulator/oracle.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "simulator/ftp_ends.hpp"

namespace pinhole::test {
namespace {

using alg::Form;
using alg::Reason;
using alg::Side;

constexpr std::string_view kRefusal = "425 Data connection refused by the firewall.";

std::string_view content(std::string_view line) {
  return line.substr(0, line.find_last_not_of("\r\n") + 1);
}

std::string padded(std::string_view text, std::size_t length) {
  std::string line(text.substr(0, length));
  line.resize(length, ' ');
  return line;
}

struct Announcement {
  Form form;
  net::IpAddress address;  // as written; of a 229, the server's
  net::Port port;
};

/// Only what FtpClient and FtpServer say.
Announcement read_announcement(std::string_view said, const alg::NatView& view) {
  const Form form = said.starts_with("PORT")   ? Form::port
                    : said.starts_with("EPRT") ? Form::eprt
                    : said.starts_with("227")  ? Form::pasv
                                               : Form::epsv;
  std::string text(content(said));
  const auto number = [](std::string_view digits) {
    unsigned value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  };
  if (form == Form::eprt || form == Form::epsv) {
    const auto end = text.rfind('|');
    const auto before = text.rfind('|', end - 1);
    const auto port = static_cast<net::Port>(number(std::string_view(text).substr(before + 1)));
    if (form == Form::epsv) return {form, view.server.address, port};
    const auto address = text.substr(8, before - 8);
    return {form, *net::IpAddress::parse(address), port};
  }
  const auto low = text.rfind(',');
  const auto high = text.rfind(',', low - 1);
  const auto port =
      number(std::string_view(text).substr(high + 1)) * 256 + number(std::string_view(text).substr(low + 1));
  const auto begin = form == Form::port ? 5 : text.find('(') + 1;
  auto address = text.substr(begin, high - begin);
  std::replace(address.begin(), address.end(), ',', '.');
  return {form, *net::IpAddress::parse(address), static_cast<net::Port>(port)};
}

/// The announcement may be refused, or let go unopened, for a reason that only the path explains.
bool excused(const alg::Negotiated& noticed) {
  return noticed.reason == Reason::line_split || noticed.reason == Reason::edit_pending ||
         noticed.reason == Reason::unfinished_line;
}

/// The public port, if the one announced can be had or another may be announced.
std::optional<net::Port> public_port(const Rules& rules, const Announcement& announcement,
                                     const alg::Negotiated& noticed) {
  const auto& taken = is_active(announcement.form) ? rules.taken_active : rules.taken_passive;
  if (!taken.contains(announcement.port)) return announcement.port;
  if (!rules.view.nated()) return std::nullopt;
  const auto& range = rules.policy.public_ports;
  bool any_free = false;
  for (unsigned port = range.first; port <= range.last && !any_free; ++port) {
    any_free = !taken.contains(static_cast<net::Port>(port));
  }
  if (!any_free) return std::nullopt;
  const auto chosen = noticed.pinhole ? noticed.pinhole->to.port : net::Port{0};
  const bool good = chosen >= range.first && chosen <= range.last && !taken.contains(chosen);
  return good ? chosen : net::Port{0};
}

/// The line as it must arrive if nothing is in its way; `refused` tells whether it must be refused.
std::string expected_line(Side sender, const Rules& rules, std::string_view said,
                          const alg::Negotiated& noticed, bool& refused) {
  const auto& view = rules.view;
  const bool client = sender == Side::client;
  const auto announcement = read_announcement(said, view);
  const auto own = client ? view.client.address : view.server.address;
  const auto shown = client ? view.seen.address : view.dialed.address;
  const bool third_host = announcement.address != own && announcement.address != shown;
  const auto port = public_port(rules, announcement, noticed);
  refused = announcement.port < 1024 || (client && third_host) || !port;
  const auto text = content(said);
  const auto end = said.substr(text.size());
  if (refused) {
    return (client ? "XXXX" + std::string(text.substr(4)) : padded(kRefusal, text.size())) + std::string(end);
  }
  if (announcement.address == shown && *port == announcement.port) return std::string(said);
  const auto written = announce(announcement.form, shown, *port);
  if (view.nated() || written.size() == said.size()) return written;
  return padded("227 (" + host_port(shown, *port) + ")", text.size()) + std::string(end);  // made to fit
}

/// Refused before it was whole: nothing of it, from its first byte on.
bool refused_unread(Side sender, std::string_view said, std::string_view read) {
  if (read.size() != said.size() || read.empty() || read.back() != said.back()) return false;
  const auto text = read.substr(0, content(said).size());
  const auto mask = sender == Side::client ? std::string(text.size(), 'X') : padded(kRefusal, text.size());
  return text == mask;
}

}  // namespace

bool negotiates(Side sender, std::string_view line) {
  if (sender == Side::client) return line.starts_with("PORT ") || line.starts_with("EPRT ");
  return line.starts_with("227 Entering") || line.starts_with("229 Entering");
}

Fate fate_of(Side sender, const Rules& rules, std::string_view said, std::string_view read,
             const alg::Negotiated* noticed) {
  const bool may_refuse_unread = rules.policy.on_unfinished_line == alg::UnfinishedLine::refuse;
  if (may_refuse_unread && refused_unread(sender, said, read)) return Fate::garbled;
  if (!negotiates(sender, said)) return said == read ? Fate::right : Fate::wrong;
  if (noticed == nullptr) return Fate::wrong;
  if (noticed->reason == Reason::session_ended) return said == read ? Fate::right : Fate::wrong;

  bool refused = false;
  const auto expected = expected_line(sender, rules, said, *noticed, refused);
  if (read == expected) return Fate::right;
  if (!refused && !excused(*noticed)) return Fate::wrong;
  // The line as if it were refused whole; or as said up to where it was refused, the rest X; nothing is left
  // to garble of a line of which only the end was still to come.
  const auto text = content(said);
  const auto heard = content(read);
  if (sender == Side::client && read == "XXXX" + std::string(said.substr(4))) return Fate::garbled;
  if (sender == Side::server && heard == content(padded(kRefusal, text.size()))) return Fate::garbled;
  if (heard.size() != text.size()) return Fate::wrong;
  const auto kept =
      static_cast<std::size_t>(std::mismatch(text.begin(), text.end(), heard.begin()).first - text.begin());
  return heard.find_first_not_of('X', kept) == heard.npos ? Fate::garbled : Fate::wrong;
}

}  // namespace pinhole::test
