// A netlink socket whose kernel is interrupted, out of memory, late, or answers something odd.

#include "netfilter/mnl_socket.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "netfilter/ctnetlink_messages.hpp"
#include "scripted_kernel.hpp"

namespace pinhole::test {
namespace {

using netfilter::Message;
using netfilter::MnlSocket;

constexpr std::uint16_t kData = 0x100;  // any type that is none of netlink's own

std::vector<std::uint32_t> sequences_in(const Bytes& datagram) {
  std::vector<std::uint32_t> found;
  for (std::size_t at = 0; at + sizeof(nlmsghdr) <= datagram.size();) {
    nlmsghdr header{};
    std::memcpy(&header, datagram.data() + at, sizeof header);
    found.push_back(header.nlmsg_seq);
    at += header.nlmsg_len;
  }
  return found;
}

class MnlSocketTest : public testing::Test {
 protected:
  int ask() { return socket.ask(request).error; }
  /// The errno value of what asking throws; 0 if it does not.
  int thrown_by_ask() {
    try {
      ask();
    } catch (const std::system_error& error) {
      return error.code().value();
    }
    return 0;
  }
  MnlSocket::Dump dump() {
    entries.clear();
    return socket.dump(request, [this](std::span<const std::uint8_t> entry) {
      entries.emplace_back(entry.begin() + sizeof(nlmsghdr), entry.end());
    });
  }

  ScriptedKernel kernel;
  MnlSocket socket{NETLINK_USERSOCK};
  Message request = netfilter::conntrack_get({});
  std::vector<Bytes> entries;  // of a dump, without their headers
};

TEST_F(MnlSocketTest, NumbersItsRequestsOneByOne) {
  kernel.answer({error_reply(0)}).answer({error_reply(0)});
  EXPECT_EQ(ask(), 0);
  EXPECT_EQ(ask(), 0);
  std::array both{request, request};
  socket.send(both);
  ASSERT_EQ(kernel.sent().size(), 3u);
  EXPECT_EQ(sequences_in(kernel.sent()[0]), std::vector{1u});
  EXPECT_EQ(sequences_in(kernel.sent()[1]), std::vector{2u});
  EXPECT_EQ(sequences_in(kernel.sent()[2]), (std::vector{3u, 4u})) << "in one datagram";
}

TEST_F(MnlSocketTest, SendsSomeAtOnceAndNoMore) {
  std::array<Message, 4> most;
  most.fill(request);
  socket.send(most);
  EXPECT_EQ(kernel.sendings(), 1u);
  std::array<Message, 5> too_many;
  too_many.fill(request);
  EXPECT_THROW(socket.send(too_many), std::length_error);
  EXPECT_EQ(kernel.sendings(), 1u);
}

TEST_F(MnlSocketTest, AnInterruptedSendingIsTriedAgain) {
  kernel.send_fails(EINTR).send_fails(EINTR).answer({error_reply(0)});
  EXPECT_EQ(ask(), 0);
  EXPECT_EQ(kernel.sendings(), 3u);
}

TEST_F(MnlSocketTest, ASendingThatFailsThrows) {
  for (const int error : {ENOBUFS, ECONNREFUSED, EPERM}) {
    const auto before = kernel.sendings();
    kernel.send_fails(error);
    EXPECT_EQ(thrown_by_ask(), error);
    EXPECT_EQ(kernel.sendings(), before + 1) << "once";
  }
}

TEST_F(MnlSocketTest, WaitsOnAfterAnInterruptionAndAnOverrun) {
  kernel.receive_fails(EINTR).receive_fails(ENOBUFS).receive_fails(EINTR).answer({error_reply(ENOENT)});
  EXPECT_EQ(ask(), ENOENT);
  EXPECT_TRUE(kernel.finished());
}

TEST_F(MnlSocketTest, AnAnswerThatDoesNotComeIsATimeout) {
  EXPECT_EQ(thrown_by_ask(), ETIMEDOUT);
  kernel.receive_fails(ENOBUFS);  // it was lost
  EXPECT_EQ(thrown_by_ask(), ETIMEDOUT);
}

TEST_F(MnlSocketTest, AReceivingThatFailsThrows) {
  kernel.receive_fails(ENOMEM).answer({error_reply(0)});
  EXPECT_EQ(thrown_by_ask(), ENOMEM);
  EXPECT_FALSE(kernel.finished()) << "it was not tried again";
}

TEST_F(MnlSocketTest, AnAnswerLargerThanTheBufferThrows) {
  kernel.answer_too_large();
  EXPECT_EQ(thrown_by_ask(), ENOSPC);
}

TEST_F(MnlSocketTest, AnswersToOtherRequestsArePassedOver) {
  auto late = error_reply(EEXIST), early = error_reply(EBUSY);
  late.request = -1;
  early.request = 1;
  kernel.answer({late}).answer({early}).answer({error_reply(ENOENT)});
  EXPECT_EQ(ask(), ENOENT);
  EXPECT_TRUE(kernel.finished());
}

TEST_F(MnlSocketTest, WhatIsNoMessageIsPassedOver) {
  Bytes longer_than_it_is(16);
  longer_than_it_is[0] = 17;
  Bytes shorter_than_a_header(16);
  shorter_than_a_header[0] = 15;
  shorter_than_a_header[8] = 1;  // our sequence number
  kernel.answer_bytes({}).answer_bytes(Bytes(15)).answer_bytes(longer_than_it_is);
  kernel.answer_bytes(shorter_than_a_header).answer({Reply{NLMSG_ERROR, {0xff, 0xff, 0xff}}});
  kernel.answer({error_reply(ENOENT)});
  EXPECT_EQ(ask(), ENOENT);
  EXPECT_TRUE(kernel.finished());
}

TEST_F(MnlSocketTest, DataIsTheWholeMessageAndNoMore) {
  kernel.answer({Reply{kData, {1, 2, 3, 4, 5}}, Reply{kData, {6, 7, 8, 9}}});
  const auto answer = socket.ask(request);
  EXPECT_EQ(answer.error, 0);
  ASSERT_EQ(answer.data.size(), 16u + 5u);
  EXPECT_EQ(answer.data[16], 1);
  EXPECT_EQ(answer.data[20], 5);
}

TEST_F(MnlSocketTest, AnErrorHasNoData) {
  kernel.answer({error_reply(EPERM)});
  const auto answer = socket.ask(request);
  EXPECT_EQ(answer.error, EPERM);
  EXPECT_TRUE(answer.data.empty());
}

TEST_F(MnlSocketTest, ADumpHasManyPartsInManyDatagrams) {
  Reply other{kData, {9}};
  other.request = -1;
  kernel.answer({Reply{kData, {1}}, other, Reply{kData, {2}}});
  kernel.receive_fails(EINTR).receive_fails(ENOBUFS).answer_bytes(Bytes(7));
  kernel.answer({Reply{kData, {3}}}).answer({done_reply()});
  const auto end = dump();
  EXPECT_EQ(end.error, 0);
  EXPECT_FALSE(end.interrupted);
  EXPECT_EQ(entries, (std::vector<Bytes>{{1}, {2}, {3}}));
  EXPECT_TRUE(kernel.finished());
}

TEST_F(MnlSocketTest, ADumpsEndMayComeWithItsLastPart) {
  kernel.answer({Reply{kData, {1}}, done_reply(), Reply{kData, {2}}});
  EXPECT_EQ(dump().error, 0);
  EXPECT_EQ(entries, std::vector<Bytes>{{1}});
}

TEST_F(MnlSocketTest, ADumpThatWasInterruptedAnywhereSaysSo) {
  kernel.answer({Reply{kData, {1}, NLM_F_DUMP_INTR}}).answer({Reply{kData, {2}}, done_reply()});
  EXPECT_TRUE(dump().interrupted);
  EXPECT_EQ(entries.size(), 2u) << "it comes to its end all the same";
  auto end = done_reply();
  end.flags = NLM_F_DUMP_INTR;
  kernel.answer({Reply{kData, {1}}}).answer({end});
  EXPECT_TRUE(dump().interrupted);
  kernel.answer({Reply{kData, {1}, NLM_F_MULTI}}).answer({done_reply()});
  EXPECT_FALSE(dump().interrupted) << "that was the one before";
}

TEST_F(MnlSocketTest, ADumpThatFailsSaysWhy) {
  kernel.answer({error_reply(EINVAL)});
  EXPECT_EQ(dump().error, EINVAL);
  kernel.answer({Reply{kData, {1}}}).answer({done_reply(ENOMEM)});
  EXPECT_EQ(dump().error, ENOMEM);
  EXPECT_EQ(entries.size(), 1u);
}

TEST_F(MnlSocketTest, ADumpWhoseEndIsLostIsATimeout) {
  kernel.answer({Reply{kData, {1}}}).answer({Reply{NLMSG_DONE, {0, 0}}});  // no number in it
  try {
    dump();
    ADD_FAILURE() << "it ended";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), ETIMEDOUT);
  }
  EXPECT_EQ(entries.size(), 1u);
}

TEST(MnlSocketMade, ThrowsWhereTheKernelHasNoneToGive) {
  ScriptedKernel kernel;
  for (const auto* call : {"socket", "bind", "setsockopt"}) {
    kernel.fail(call, EMFILE);
    try {
      const MnlSocket socket(NETLINK_USERSOCK);
      ADD_FAILURE() << call;
    } catch (const std::system_error& error) {
      EXPECT_EQ(error.code().value(), EMFILE) << call;
    }
  }
}

}  // namespace
}  // namespace pinhole::test
