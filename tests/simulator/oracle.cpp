#include "simulator/oracle.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "simulator/ftp_ends.hpp"

namespace pinhole::test::simulator {
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

std::string masked_whole(Side sender, std::string_view said) {
  const auto text = content(said);
  const auto end = said.substr(text.size());
  if (sender == Side::client) return "XXXX" + std::string(said.substr(4));
  return padded(kRefusal, text.size()).append(end);
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

/// How a line that came whole must arrive.
struct Expected {
  std::string line;
  bool refused = false;
  bool other_length = false;  // or it may have been, had another port been free
};

Expected expected_of(Side sender, const Rules& rules, std::string_view said, const alg::Negotiated& noticed) {
  const auto& view = rules.view;
  const bool client = sender == Side::client;
  const auto announcement = read_announcement(said, view);
  const auto own = client ? view.client.address : view.server.address;
  const auto shown = client ? view.seen.address : view.dialed.address;
  const bool third_host = announcement.address != own && announcement.address != shown;
  const auto port = public_port(rules, announcement, noticed);
  const auto text = content(said);
  const auto end = said.substr(text.size());
  const auto as_announced = announce(announcement.form, shown, announcement.port);
  const bool other_port = !port || *port != announcement.port;
  Expected expected;
  expected.other_length = view.nated() && (other_port || as_announced.size() != said.size());
  expected.refused = announcement.port < 1024 || (client && third_host) || !port;
  if (expected.refused) {
    expected.line = masked_whole(sender, said);
  } else if (announcement.address == shown && !other_port) {
    expected.line = said;
  } else {
    expected.line = announce(announcement.form, shown, *port);
    if (!view.nated() && expected.line.size() != said.size()) {  // made to fit
      expected.line = padded("227 (" + host_port(shown, *port) + ")", text.size()).append(end);
    }
  }
  return expected;
}

/// Refused before it was whole: nothing of it, from its first byte on.
bool refused_unread(Side sender, std::string_view said, std::string_view read) {
  if (read.size() != said.size() || read.empty() || read.back() != said.back()) return false;
  const auto text = read.substr(0, content(said).size());
  const auto mask = sender == Side::client ? std::string(text.size(), 'X') : padded(kRefusal, text.size());
  return text == mask;
}

/// Refused for what it asks, or where it leads.
bool judge_refuses(Reason reason) {
  return reason == Reason::bounce || reason == Reason::port_too_low;
}

/// As said up to where a packet ended, the rest X. If only the line's end was still to come, nothing of it
/// could be changed: no matter, unless a server would obey it.
bool refused_in_its_middle(Side sender, std::string_view said, std::string_view read,
                           const alg::Negotiated& noticed, const Passage& passage) {
  if (read.size() != said.size()) return false;
  const auto text = content(said);
  const auto left =
      static_cast<std::size_t>(std::mismatch(text.begin(), text.end(), read.begin()).first - text.begin());
  if (read.substr(text.size()) != said.substr(text.size())) return false;
  if (left == text.size()) {
    const bool end_alone = passage.ends.contains(left) || passage.ends.contains(left + 1);
    return end_alone && (sender == Side::server || !judge_refuses(noticed.reason));
  }
  return left > 0 && passage.ends.contains(left) &&
         read.substr(left, text.size() - left).find_first_not_of('X') == read.npos;
}

/// Given up before anybody knew what it would be, where the policy refuses such lines.
bool is_refused_unread(Side sender, const Rules& rules, std::string_view said, std::string_view read,
                       const Passage& passage) {
  const bool offer = sender == Side::client ? said[0] == 'P' || said[0] == 'E' : said[0] == '2';
  return offer && rules.view.nated() && rules.policy.on_unfinished_line == alg::UnfinishedLine::refuse &&
         !passage.ends.empty() && passage.may_be_given_up && refused_unread(sender, said, read);
}

/// The gateway's reason is one that can have been, and the line is refused in the way that belongs to it.
bool is_excused(Side sender, const Rules& rules, std::string_view said, std::string_view read,
                const Expected& expected, const alg::Negotiated& noticed, const Passage& passage) {
  if (noticed.decision != alg::Decision::refuse || noticed.pinhole) return false;
  if (noticed.reason == Reason::edit_pending) {
    return passage.behind_an_edit && expected.other_length && read == masked_whole(sender, said);
  }
  if (passage.ends.empty() || (rules.view.nated() && !passage.may_be_given_up)) return false;
  const bool split = noticed.reason == Reason::line_split && expected.line != said;
  if (!expected.refused && !split) return false;
  return refused_in_its_middle(sender, said, read, noticed, passage);
}

}  // namespace

bool negotiates(Side sender, std::string_view line) {
  if (sender == Side::client) return line.starts_with("PORT ") || line.starts_with("EPRT ");
  return line.starts_with("227 Entering") || line.starts_with("229 Entering");
}

Fate fate_of(Side sender, const Rules& rules, std::string_view said, std::string_view read,
             const alg::Negotiated* noticed, const std::function<Passage()>& passage) {
  const bool opens = noticed != nullptr && noticed->pinhole;
  if (said != read && !opens && is_refused_unread(sender, rules, said, read, passage())) return Fate::garbled;
  if (!negotiates(sender, said)) return said == read ? Fate::right : Fate::wrong;
  if (noticed == nullptr) return Fate::wrong;
  if (noticed->reason == Reason::session_ended) return said == read ? Fate::right : Fate::wrong;
  const auto expected = expected_of(sender, rules, said, *noticed);
  const bool as_decided = expected.refused == (noticed->decision == alg::Decision::refuse);
  if (read == expected.line && as_decided) return Fate::right;
  return is_excused(sender, rules, said, read, expected, *noticed, passage()) ? Fate::garbled : Fate::wrong;
}

}  // namespace pinhole::test::simulator
