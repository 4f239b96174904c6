// A worker with the real core between a client and a server: every packet gets one verdict, whatever happens.

#include "netfilter/worker.hpp"

#include <gtest/gtest.h>

#include <latch>
#include <memory>
#include <thread>

#include "lab.hpp"
#include "netfilter/ctnetlink_lookout.hpp"
#include "recording_listener.hpp"

namespace pinhole::test::kernel {
namespace {

using netfilter::Worker;

class WorkerKernel : public testing::Test {
 protected:
  void SetUp() override {
    static const auto obstacle = why_no_namespaces();
    if (obstacle) GTEST_SKIP() << *obstacle;
    lab_.emplace();
    lab_->router.run(  // empty ACKs pass by, as with the rules that are shipped
        "iptables -w -t mangle -A PREROUTING -p tcp --tcp-flags SYN,FIN,RST NONE -m length --length 52 -j "
        "ACCEPT;"
        "iptables -w -t mangle -A PREROUTING -p tcp -m conntrack --ctstate ESTABLISHED --ctorigdstport 21 "
        "-j NFQUEUE --queue-num 5");
    port_.emplace(Tcp::listening(lab_->server, endpoint("198.51.100.2", 21)));
  }
  void TearDown() override {
    if (worker_) stop();
  }

  void start(bool fail_open = false) {
    Worker::Options options;
    options.queue.number = 5;
    options.queue.fail_open = fail_open;
    lab_->router.in([&] {
      survey_ =
          std::make_unique<netfilter::Survey>(std::make_unique<netfilter::CtnetlinkLookout>(), listener_);
      worker_ = std::make_unique<Worker>(options, listener_, listener_, *survey_);
    });
    thread_ = std::jthread([this] { worker_->run(); });
  }
  void stop() {
    worker_->stop();
    if (thread_.joinable()) thread_.join();
  }
  std::pair<Tcp, Tcp> session() {
    auto client = Tcp::connected(lab_->client, endpoint("198.51.100.2", 21));
    auto server = port_->accept();
    EXPECT_TRUE(client.ok() && server.ok());
    return {std::move(client), std::move(server)};
  }
  static void say(const Tcp& from, const Tcp& to, const std::string& line) {
    from.send(line);
    EXPECT_EQ(to.receive(), line);
  }
  static void log_in(const Tcp& client, const Tcp& server) {
    say(server, client, "220 ready\r\n");
    say(client, server, "USER anonymous\r\n");
    say(server, client, "331 password\r\n");
    say(client, server, "PASS secret\r\n");
    say(server, client, "230 welcome\r\n");
  }
  std::uint64_t verdicts() const {
    std::uint64_t sum = 0;
    for (const auto& text : alg::all_reasons()) sum += worker_->counters().verdicts[text.reason].value();
    return sum;
  }

  std::optional<Lab> lab_;
  std::optional<Tcp> port_;
  RecordingListener listener_;
  std::unique_ptr<netfilter::Survey> survey_;
  std::unique_ptr<Worker> worker_;
  std::jthread thread_;
};

TEST_F(WorkerKernel, RewritesAPortAndOpensItsPinhole) {
  start();
  auto [client, server] = session();
  log_in(client, server);
  const auto data_port = Tcp::listening(lab_->client, endpoint("10.91.0.2", 40001));
  client.send("PORT 10,91,0,2,156,65\r\n");
  EXPECT_EQ(server.receive(), "PORT 198,51,100,1,156,65\r\n");
  const auto data = Tcp::connected(lab_->server, endpoint("198.51.100.1", 40001));
  EXPECT_TRUE(data.ok());
  EXPECT_TRUE(data_port.accept().ok());
  say(server, client, "200 PORT command successful\r\n");
  say(client, server, "NOOP\r\n");
  stop();
  ASSERT_EQ(listener_.negotiations.size(), 1u);
  EXPECT_EQ(listener_.negotiations.front().reason, alg::Reason::negotiated);
  EXPECT_TRUE(listener_.reports.empty());
  const auto& counters = worker_->counters();
  EXPECT_EQ(verdicts(), counters.packets.value());
  EXPECT_EQ(counters.verdicts[alg::Reason::rewritten].value(), 1u);
  EXPECT_EQ(listener_.flows, 1);
  EXPECT_EQ(counters.refused_verdicts.value(), 0u);
}

TEST_F(WorkerKernel, PutsALineTogetherThatComesInPieces) {
  start();
  auto [client, server] = session();
  log_in(client, server);
  const std::string line = "PORT 10,91,0,2,156,66\r\n";  // byte by byte, with Nagle's algorithm on
  for (const char byte : line) client.send({&byte, 1});
  std::string received;
  while (!received.ends_with("\n")) {
    const auto part = server.receive();
    ASSERT_FALSE(part.empty()) << received;
    received += part;
  }
  EXPECT_EQ(received, "PORT 198,51,100,1,156,66\r\n");
  say(server, client, "200 PORT command successful\r\n");
  say(client, server, "NOOP\r\n");
  stop();
  EXPECT_GT(worker_->counters().acknowledged.value(), 0u);
  EXPECT_EQ(worker_->counters().not_sent_back.value(), 0u);
  EXPECT_EQ(verdicts(), worker_->counters().packets.value());
}

/// Three packets that the worker reads at once: one that carries an edit again, one that acknowledges this
/// edit, and one with the next edit, which changes the shift. The first must leave before the shift changes.
TEST_F(WorkerKernel, WhatWasJudgedBeforeAShiftLeavesBeforeIt) {
  std::latch worker_waits(1);
  std::latch packets_wait(1);
  start();
  auto [client, server] = session();
  auto [other_client, other_server] = session();
  log_in(client, server);
  log_in(other_client, other_server);
  client.send_now("PORT 10,91,");  // acknowledged by us: it travels with what follows until the server has it
  client.send_now("0,2,156,65\r\n");
  EXPECT_EQ(server.receive(), "PORT 198,51,100,1,156,65\r\n");
  listener_.at_negotiations = [&, first = true]() mutable {
    if (!std::exchange(first, false)) return;
    worker_waits.count_down();
    packets_wait.wait();
  };
  other_client.send("PORT 10,91,0,2,156,66\r\n");
  worker_waits.wait();
  client.send_now("NOOP\r\n");
  server.send_now("200 PORT command successful\r\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // one after the other into the queue
  client.send_now("PORT 10,91,0,2,156,67\r\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  packets_wait.count_down();
  std::string received;
  while (!received.ends_with("67\r\n")) {
    const auto part = server.receive();
    ASSERT_FALSE(part.empty()) << received;
    received += part;
  }
  EXPECT_EQ(received, "NOOP\r\nPORT 198,51,100,1,156,67\r\n");
}

TEST_F(WorkerKernel, GoesOnWhereAnotherStopped) {
  start();
  auto [client, server] = session();
  log_in(client, server);
  client.send("PORT 10,91,0,2,156,65\r\n");
  EXPECT_EQ(server.receive(), "PORT 198,51,100,1,156,65\r\n");
  stop();
  worker_.reset();
  start();
  say(server, client, "200 PORT command successful\r\n");
  say(client, server, "NOOP\r\n");
  say(server, client, "200 done\r\n");
}

TEST_F(WorkerKernel, APacketThatCannotBeJudgedTakesTheFailMode) {
  for (const bool fail_open : {true, false}) {
    listener_.throw_at_flows = true;
    start(fail_open);
    const auto before = std::chrono::steady_clock::now();
    EXPECT_TRUE(Tcp::connected(lab_->client, endpoint("198.51.100.2", 21)).ok());
    // a dropped SYN-ACK comes again after a second
    if (!fail_open) {
      EXPECT_GT(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(900));
    }
    stop();
    const auto& counters = worker_->counters();
    EXPECT_GT(counters.exceptions.value(), 0u);
    EXPECT_EQ(counters.verdicts[alg::Reason::internal_error].value(), counters.exceptions.value());
    EXPECT_EQ(verdicts(), counters.packets.value());
    ASSERT_FALSE(listener_.reports.empty());
    EXPECT_EQ(listener_.reports.back(), "a packet could not be processed: no more memory");
    worker_.reset();
  }
}

TEST_F(WorkerKernel, StopsSoon) {
  start();
  const auto before = std::chrono::steady_clock::now();
  stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(500));
}

}  // namespace
}  // namespace pinhole::test::kernel
