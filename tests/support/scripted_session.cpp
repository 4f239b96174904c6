#include "scripted_session.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <iterator>
#include <ostream>

namespace pinhole::test {
namespace {

Step said(bool by_client, std::string text) {
  Step step;
  step.by_client = by_client;
  step.sent = step.arrives = std::move(text);
  return step;
}

Step closed(bool by_client, std::uint16_t port) {
  Step step;
  step.by_client = by_client;
  step.closed_port = port;
  return step;
}

std::string with_end(std::string_view line) {
  return std::string(line).append("\r\n");
}

/// All eight groups, with all of their zeros.
std::string spelt_out(const std::string& address) {
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return address;
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    std::array<char, 6> group{};
    std::snprintf(group.data(), group.size(), "%02x%02x", bytes.at(i), bytes.at(i + 1));
    text.append(i == 0 ? "" : ":").append(group.data());
  }
  return text;
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

}  // namespace

void PrintTo(const ScriptedSession& session, std::ostream* out) {
  *out << session.name;
}

Step client(std::string_view line) {
  return said(true, with_end(line));
}
Step server(std::string_view line) {
  return said(false, with_end(line));
}
Step client_bytes(std::string_view bytes) {
  return said(true, std::string(bytes));
}
Step server_bytes(std::string_view bytes) {
  return said(false, std::string(bytes));
}
Step client_port_closed(std::uint16_t port) {
  return closed(true, port);
}
Step server_port_closed(std::uint16_t port) {
  return closed(false, port);
}

Step Step::bytes_as(std::string_view text) const {
  Step step = *this;
  step.arrives = text;
  return step;
}

Step Step::as(std::string_view text) const {
  return bytes_as(with_end(text));
}

Step Step::masked() const {
  std::string line = sent.substr(0, sent.find_last_not_of("\r\n") + 1);
  const auto end = sent.substr(line.size());
  if (by_client) {
    std::fill_n(line.begin(), std::min(line.find(' '), line.size()), 'X');
    return bytes_as(line + end);
  }
  Step step = *this;
  step.arrival = Arrival::refusal;
  return step;
}

Step Step::as_some_line() const {
  Step step = *this;
  step.arrival = Arrival::line;
  return step;
}

Steps operator+(Steps first, const Steps& then) {
  first.insert(first.end(), then.begin(), then.end());
  return first;
}

Steps logged_in(const Steps& steps) {
  return Steps{server("220 ready"), client("USER u"), server("331 who?"), client("PASS s3cret"),
               server("230 in")} +
         steps;
}

Steps offer(std::uint8_t last) {
  const auto port = ",160," + std::to_string(last);
  return {client("PORT $CLIENT" + port).as("PORT $SEEN" + port), server("200 ok")};
}

Steps answer(std::uint8_t last) {
  const auto port = ",160," + std::to_string(last) + ").";
  return {client("PASV"), server("227 Passive ($SERVER" + port).as("227 Passive ($DIALED" + port)};
}

Steps refused(std::string_view line) {
  return {client(line).masked(), server("500 what?")};
}

ScriptedSessions scripted_sessions(bool clients_are_masked) {
  ScriptedSessions all;
  for (const auto& some :
       {login_sessions(), reply_sessions(), dialect_sessions(), endpoint_sessions(), negotiation_sessions(),
        tls_sessions(), attack_sessions(), telnet_sessions(), policy_sessions()}) {
    std::ranges::copy_if(some, std::back_inserter(all), [=](const ScriptedSession& session) {
      return session.where_clients_are_masked || !clients_are_masked;
    });
  }
  return all;
}

Names::Names(const std::string& client, const std::string& dialed, const std::string& server,
             const std::string& seen)
    : values_{{"$CLIENT", client},
              {"$DIALED", dialed},
              {"$SERVER", server},
              {"$SEEN", seen},
              {"$CLIENT_LONG", spelt_out(client)},
              {"$CLIENT_UPPER", upper(client)}} {}

std::string Names::expand(std::string_view text) const {
  std::string result;
  while (!text.empty()) {
    const auto name =
        std::ranges::find_if(values_, [text](const auto& value) { return text.starts_with(value.first); });
    if (name == values_.end()) {
      result.push_back(text.front());
      text.remove_prefix(1);
      continue;
    }
    auto value = name->second;
    text.remove_prefix(name->first.size());
    if (text.starts_with(',')) std::ranges::replace(value, '.', ',');
    result.append(value);
  }
  return result;
}

std::optional<std::string> arrival_of(const Step& step, const Names& names) {
  switch (step.arrival) {
    case Step::Arrival::text:
      return names.expand(step.arrives);
    case Step::Arrival::line:
      return std::nullopt;
    case Step::Arrival::refusal:
      break;
  }
  const auto sent = names.expand(step.sent);
  const auto end = sent.find_last_not_of("\r\n") + 1;
  std::string text = "425 Data connection refused by the firewall.";
  text.resize(end, ' ');
  return text + sent.substr(end);
}

std::string difference(const ScriptedSession& session, bool by_client, const Names& names,
                       std::string_view text) {
  for (const auto& step : session.steps) {
    if (step.by_client != by_client) continue;
    const auto expected = arrival_of(step, names);
    const auto got = text.substr(0, expected ? expected->size() : text.find('\n') + 1);
    if (expected ? got != *expected : got.empty()) {
      return "expected '" + expected.value_or("a line") + "', not '" + std::string(text.substr(0, 200)) + "'";
    }
    text.remove_prefix(got.size());
  }
  return text.empty() ? "" : "nobody said '" + std::string(text.substr(0, 200)) + "'";
}

}  // namespace pinhole::test
