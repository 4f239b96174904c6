// Every server, client, mode and topology: files and listings arrive whole, by the mode that was meant.

#include <gtest/gtest.h>

#include <fstream>
#include <ostream>

#include "clients.hpp"
#include "site.hpp"

namespace pinhole::test {
namespace {

struct TransferCase {
  std::string topology;
  std::string server;
  Family family;
  Client client;
  Mode mode;
};

std::string name_of(const TransferCase& c) {
  return c.topology + "_" + c.server + "_" + (c.family == Family::ipv4 ? "ipv4" : "ipv6") + "_" +
         std::string(name_of(c.client)) + "_" + std::string(name_of(c.mode));
}

void PrintTo(const TransferCase& c, std::ostream* out) {
  *out << name_of(c);
}

// Topology and server vary slowest, so that a site is made once.
std::vector<TransferCase> transfer_cases() {
  std::vector<TransferCase> cases;
  for (const auto* topology : {"masquerade", "dnat", "routed", "both"}) {
    for (const auto* server : {"vsftpd", "proftpd", "pureftpd"}) {
      for (const auto family : {Family::ipv4, Family::ipv6}) {
        for (const auto client : {Client::curl, Client::lftp, Client::tnftp}) {
          for (const auto mode : {Mode::pasv, Mode::epsv, Mode::port, Mode::eprt}) {
            if (can_use(client, mode, family)) cases.push_back({topology, server, family, client, mode});
          }
        }
      }
    }
  }
  return cases;
}

class Transfer : public testing::TestWithParam<TransferCase> {};

TEST_P(Transfer, arrives) {
  const auto& [topology, server, family, client, mode] = GetParam();
  auto* site = Site::at({.topology = topology, .server = server});
  PINHOLE_NEEDS(site);
  const auto& lab = site->lab();
  const TemporaryDirectory directory;
  const auto upload_name = name_of(GetParam());
  const auto upload = std::string(70'000, 'u') + upload_name;
  std::ofstream(directory.path() / "upload") << upload;

  const auto session = transfer(lab, client, mode, family, directory.path(), upload_name);

  const auto transcript = session.errors + session.output;
  EXPECT_EQ(session.status, 0) << transcript;
  EXPECT_EQ(completed(session), 3) << "a fetch, a listing and an upload\n" << transcript;
  EXPECT_TRUE(content_of(directory.path() / "fetched") == content_of(lab.served() / "blob.bin"))
      << transcript;
  EXPECT_TRUE(content_of(lab.served() / "incoming" / upload_name) == upload) << transcript;
  EXPECT_NE(content_of(directory.path() / "listing").find("readme.txt"), std::string::npos) << transcript;
  for (const auto other : {Mode::pasv, Mode::epsv, Mode::port, Mode::eprt}) {
    EXPECT_EQ(sent(session, other), other == mode) << verb_of(other) << '\n' << transcript;
  }
}

INSTANTIATE_TEST_SUITE_P(Matrix, Transfer, testing::ValuesIn(transfer_cases()),
                         [](const auto& instance) { return name_of(instance.param); });

}  // namespace
}  // namespace pinhole::test
