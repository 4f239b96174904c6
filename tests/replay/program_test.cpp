// `pinhole replay` as a program: its arguments, exit statuses and messages.

#include "program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "played.hpp"

namespace pinhole::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using Json = nlohmann::json;

class ReplayProgram : public testing::Test {
 protected:
  ReplayProgram() {
    Story story(endpoint("192.168.1.10", 4000), endpoint("198.51.100.2", 21));
    story.log_in().client("PORT 192,168,1,10,200,1\r\n").server("200 ok\r\n");
    story.data(endpoint("198.51.100.2", 20), endpoint("192.168.1.10", 51201)).close();
    write_file(capture.path(), story);
    size = std::filesystem::file_size(capture.path());
  }
  TemporaryFile capture;
  std::uintmax_t size = 0;
};

TEST_F(ReplayProgram, ShowsATable) {
  const auto result = run_replay({capture.path()});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.output, HasSubstr("frame 18 passes"));
  EXPECT_EQ(result.errors, "");
}

TEST_F(ReplayProgram, OneFileIsOneObject) {
  const auto result = run_replay({"--json", capture.path()});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(Json::parse(result.output)["flows"].size(), 1u);
}

TEST_F(ReplayProgram, SeveralFilesAreOneObjectPerLine) {
  const auto result = run_replay({"--json", capture.path(), capture.path()});
  EXPECT_EQ(result.status, 0);
  std::istringstream lines(result.output);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count)
    EXPECT_EQ(Json::parse(line)["file"], capture.path());
  EXPECT_EQ(count, 2);
}

TEST_F(ReplayProgram, ReadsStandardInput) {
  const auto result = run_replay({"--json", "-"}, capture.path());
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(Json::parse(result.output)["negotiations"].size(), 1u);
}

TEST_F(ReplayProgram, WritesTheFarSide) {
  const TemporaryFile out;
  EXPECT_EQ(run_replay({capture.path(), "--snat", "192.168.0.0/16=203.0.113.7", "-w", out.path()}).status, 0);
  const FarReading far(pcap::LinkType::ethernet, read_file(out.path()));
  EXPECT_TRUE(far.faults().empty());
  EXPECT_THAT(far.text(endpoint("203.0.113.7", 4000), endpoint("198.51.100.2", 21)),
              HasSubstr("PORT 203,0,113,7,200,1"));
}

TEST_F(ReplayProgram, OptionsOfTheGatewayHold) {
  const auto result = run_replay({"--json", "--control-ports", "2121", capture.path()});
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(Json::parse(result.output)["flows"].empty());
}

TEST_F(ReplayProgram, ReportsWhatItCouldRead) {
  std::filesystem::resize_file(capture.path(), size - 5);
  const auto result = run_replay({"--json", capture.path()});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.errors, HasSubstr("truncated"));
  EXPECT_EQ(std::count(result.errors.begin(), result.errors.end(), '\n'), 1);
  EXPECT_EQ(Json::parse(result.output)["data_connections"].size(), 1u);
}

TEST_F(ReplayProgram, AFileThatIsNoCaptureIsOneLine) {
  for (const auto& name :
       {std::string("/nonexistent.pcap"), std::string("/tmp"), std::string(PINHOLE_PROGRAM)}) {
    const auto result = run_replay({"--json", name});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.errors, StartsWith("pinhole replay: " + name));
    EXPECT_EQ(std::count(result.errors.begin(), result.errors.end(), '\n'), 1);
    EXPECT_EQ(Json::parse(result.output)["flows"].size(), 0u);
  }
}

TEST_F(ReplayProgram, OneBadFileDoesNotStopTheOthers) {
  const auto result = run_replay({"--json", "/nonexistent.pcap", capture.path()});
  EXPECT_EQ(result.status, 1);
  std::istringstream lines(result.output);
  std::string line;
  std::getline(lines, line);
  EXPECT_THAT(Json::parse(line)["complaint"].get<std::string>(), HasSubstr("No such file"));
  std::getline(lines, line);
  EXPECT_EQ(Json::parse(line)["flows"].size(), 1u);
}

TEST_F(ReplayProgram, WrongArgumentsAreStatusTwo) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{}, "no capture given"},
      {{capture.path(), "--snat", "192.168.0.0=x"}, "snat: '192.168.0.0=x' is not NET=ADDR"},
      {{capture.path(), "--dnat", "10.0.0.2"}, "dnat: '10.0.0.2' is not PUBLIC=PRIVATE"},
      {{capture.path(), "--control-ports", "0"}, "control-ports: '0' is not"},
      {{capture.path(), "--nonsense"}, "nonsense"},
      {{capture.path(), "-w", capture.path()}, "is the capture itself"},
      {{capture.path(), capture.path(), "-w", "/dev/null"}, "-w takes a single capture"},
  };
  for (const auto& [arguments, message] : cases) {
    const auto result = run_replay(arguments);
    EXPECT_EQ(result.status, 2) << message;
    EXPECT_THAT(result.errors, HasSubstr(message));
    EXPECT_EQ(result.output, "");
  }
  EXPECT_EQ(std::filesystem::file_size(capture.path()), size);
}

TEST_F(ReplayProgram, AnOutputThatCannotBeWritten) {
  const auto result = run_replay({capture.path(), "-w", "/nonexistent/out.pcap"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.errors, HasSubstr("/nonexistent/out.pcap: No such file"));
}

TEST_F(ReplayProgram, AClosedStandardOutputIsAFailure) {
  const auto result = run_replay_with(">&-", {capture.path()});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.errors, "pinhole replay: cannot write to standard output\n");
}

TEST_F(ReplayProgram, ClosedDescriptorsStayOutOfTheFarSide) {
  const TemporaryFile out;
  std::filesystem::resize_file(capture.path(), size - 5);
  for (const auto* closed : {"2>&-", "<&- 2>&-", "<&- >&- 2>&-"}) {
    EXPECT_EQ(run_replay_with(closed, {capture.path(), "-w", out.path()}).status, 1);
    EXPECT_TRUE(FarReading(pcap::LinkType::ethernet, read_file(out.path())).faults().empty()) << closed;
  }
  EXPECT_EQ(run_replay_with("2>&-", {"--nonsense"}).status, 2);
}

TEST_F(ReplayProgram, HelpNamesEveryOption) {
  const auto result = run_replay({"--help"});
  EXPECT_EQ(result.status, 0);
  for (const auto* option :
       {"--snat", "--dnat", "--write", "--json", "--control-ports", "--external-address"}) {
    EXPECT_THAT(result.output, HasSubstr(option));
  }
}

}  // namespace
}  // namespace pinhole::test
