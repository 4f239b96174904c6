// find_endpoint, with_endpoint and pasv_reply_of_length.
//
//   1 byte     form (its low two bits), and whether the replacement is an IPv6 address (0x04; EPRT and EPSV)
//   1 byte     how much longer or shorter than the line a 227 of given length is to be
//   16 bytes   the replacement's address (the first four for IPv4)
//   2 bytes    and its port
//   the rest   the line

#include "pinhole/ftp/data_endpoint.hpp"

#include "fuzz/input.hpp"
#include "pinhole/ftp/command.hpp"
#include "pinhole/ftp/reply.hpp"
#include "support/endpoint_reading.hpp"
#include "support/law.hpp"

namespace pinhole::fuzz {
namespace {

using ftp::Form;
using test::law;

constexpr Form kForms[] = {Form::port, Form::eprt, Form::pasv, Form::epsv};
constexpr std::size_t kGrowth = 64;  // what the gateway expects of an edit at most

void check_rewritten(Form form, std::string_view line, const ftp::DataEndpoint& found,
                     const net::Endpoint& to) {
  const auto rewritten = with_endpoint(form, line, found, to);
  const auto again = find_endpoint(form, rewritten);
  law(again.has_value(), "what was rendered does not parse");
  law(again->port == to.port, "it parses to another port");
  law(form == Form::epsv ? !again->address : again->address == to.address, "it parses to another address");
  law(again->offset == found.offset, "the endpoint has moved");
  law(rewritten.substr(0, found.offset) == line.substr(0, found.offset), "the text before it has changed");
  law(std::string_view(rewritten).substr(again->offset + again->length) ==
          line.substr(found.offset + found.length),
      "the text behind it has changed");
  if (form == Form::eprt) {
    const char delimiter = line[found.offset];
    const bool free = to.address.to_string().find(delimiter) == std::string::npos;
    law(!free || rewritten[again->offset] == delimiter, "the delimiter has changed");
  }
  law(with_endpoint(form, rewritten, *again, to) == rewritten, "twice is not as once");
  if (form == Form::epsv || (found.address && found.address->family() == to.address.family())) {
    law(rewritten.size() <= line.size() + kGrowth, "an edit adds more than the gateway expects");
  }
}

void check_reply_of_length(const net::Endpoint& endpoint, std::size_t length) {
  const auto reply = ftp::pasv_reply_of_length(endpoint, length);
  constexpr std::size_t kShortest = 17, kLongest = 29;  // 227 (0,0,0,0,0,0) to 227 (255,255,255,255,255,255)
  law(!reply || length >= kShortest, "shorter than any endpoint is");
  law(reply || length < kLongest, "long enough for every endpoint");
  if (!reply) return;
  law(reply->size() == length, "another length than was asked for");
  const auto found = find_endpoint(Form::pasv, *reply);
  law(found && found->address == endpoint.address && found->port == endpoint.port,
      "it names another endpoint");
}

void run(Input input) {
  const auto choice = input.u8();
  const Form form = kForms[choice % 4];
  const auto change = static_cast<std::int8_t>(input.u8());
  const auto address = input.bytes(16);
  const auto port = input.u16();
  const auto text = input.rest();
  const auto line = text_of(text);
  if (address.size() < 16) return;

  const bool v6 = (choice & 0x04) != 0 && (form == Form::eprt || form == Form::epsv);
  const net::Endpoint to{net::IpAddress::from_bytes(std::span(address).first(v6 ? 16 : 4)), port};
  const bool readable =
      is_active(form) ? ftp::parse_command(line).has_value() : ftp::parse_reply(line).has_value();
  if (const auto found = readable ? find_endpoint(form, line) : std::nullopt) {
    law(test::says(form, line, *found), "the line says another endpoint");
    law(found->address.has_value() == (form != Form::epsv), "an address where the form has none");
    check_rewritten(form, line, *found, to);
  }
  if (!v6)
    check_reply_of_length(to, static_cast<std::size_t>(std::max(0, static_cast<int>(line.size()) + change)));
}

}  // namespace
}  // namespace pinhole::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pinhole::fuzz::run({data, size});
  return 0;
}
