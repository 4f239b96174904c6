// The table for people and the JSON for machines.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "app/replay_columns.hpp"
#include "app/replay_output.hpp"
#include "played.hpp"

namespace pinhole::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;

TEST(Columns, AreAlignedAndEmptyOnesLeftOut) {
  app::Columns table({"ID", "NOTE", "NAME"});
  table.add({"1", "", "somebody"});
  table.add({"1000", "", "x"});
  EXPECT_EQ(table.print(0),
            "  ID    NAME\n"
            "  1     somebody\n"
            "  1000  x\n");
}

TEST(Columns, FoldWhereTheTerminalIsTooNarrow) {
  app::Columns table({"A", "B", "C"});
  table.add({"aaaaaaaaaa", "bbbbbbbbbb", "c"});
  EXPECT_EQ(table.print(24), "  A           B\n        C\n  aaaaaaaaaa  bbbbbbbbbb\n        c\n");
  EXPECT_EQ(table.print(23), "  A\n        B           C\n  aaaaaaaaaa\n        bbbbbbbbbb  c\n");
  EXPECT_EQ(table.print(1), "  A\n        B\n        C\n  aaaaaaaaaa\n        bbbbbbbbbb\n        c\n");
}

TEST(Columns, FoldWithoutEmptyLines) {
  app::Columns table({"A", "B", "C"});
  table.add({"aaaaaaaaaa", "", ""});
  table.add({"", "b", "cccccccccc"});
  EXPECT_EQ(table.print(12), "  A\n        B\n        C\n  aaaaaaaaaa\n        b\n        cccccccccc\n");
}

TEST(Columns, WrapText) {
  EXPECT_EQ(app::wrapped("one two three", 2, 0), "  one two three\n");
  EXPECT_EQ(app::wrapped("one two three", 2, 10), "  one two\n    three\n");
  EXPECT_EQ(app::wrapped("one two three", 2, 1), "  one\n    two\n    three\n");
}

class Output : public testing::Test {
 protected:
  /// One negotiation that is rewritten and used, one refused, one connection that nobody negotiated.
  Output() {
    Story story(endpoint("192.168.1.10", 4000), endpoint("198.51.100.2", 21));
    story.log_in().client("PORT 192,168,1,10,200,1\r\n").server("200 ok\r\n");
    story.data(endpoint("198.51.100.2", 20), endpoint("192.168.1.10", 51201));
    story.client("PORT 192,168,1,99,200,2\r\n").server("500 ?\r\n");
    story.client("EPRT nonsense\r\n").server("501 ?\r\n");
    story.syn(endpoint("198.51.100.2", 20), endpoint("192.168.1.10", 51299));
    report = play(story, with_nat({"192.168.0.0/16=203.0.113.7"})).report;
  }
  pcap::Report report;
};

TEST_F(Output, JsonHasEveryKeyOfTheManual) {
  EXPECT_EQ(Json::parse(app::report_json("", report)), Json::parse(R"({
    "version": 1, "complaint": null,
    "flows": [{"id": 0, "frame": 1, "time": "2023-11-14T22:13:20.001000000Z", "client": "192.168.1.10:4000",
               "dialed": "198.51.100.2:21", "server": "198.51.100.2:21", "seen": "203.0.113.7:4000",
               "foreign": null, "gaps": []}],
    "negotiations": [
      {"flow": 0, "frame": 14, "time": "2023-11-14T22:13:20.014000000Z", "kind": "PORT",
       "announced": "192.168.1.10:51201", "rewritten": "203.0.113.7:51201", "decision": "open", "observed": false,
       "reason": "negotiated",
       "pinhole": {"from": "198.51.100.2", "to": "203.0.113.7:51201", "forward_to": "192.168.1.10:51201"},
       "data_connection": 0},
      {"flow": 0, "frame": 25, "time": "2023-11-14T22:13:20.025000000Z", "kind": "PORT",
       "announced": "192.168.1.99:51202", "rewritten": null, "decision": "refuse", "observed": false,
       "reason": "bounce", "pinhole": null, "data_connection": null},
      {"flow": 0, "frame": 29, "time": "2023-11-14T22:13:20.029000000Z", "kind": "EPRT", "announced": null,
       "rewritten": null, "decision": "refuse", "observed": false, "reason": "malformed", "pinhole": null,
       "data_connection": null}],
    "refusals": [],
    "data_connections": [
      {"from": "198.51.100.2:20", "to": "192.168.1.10:51201", "frame": 18,
       "time": "2023-11-14T22:13:20.018000000Z", "passes": true, "reason": "negotiated", "negotiation": 0},
      {"from": "198.51.100.2:20", "to": "192.168.1.10:51299", "frame": 33,
       "time": "2023-11-14T22:13:20.033000000Z", "passes": false, "reason": "not-negotiated",
       "negotiation": null}]})"));
}

TEST_F(Output, JsonOfManyFilesIsOneLineEach) {
  const auto line = app::report_json_line("a \"b\"\xff.pcap", "it was cut off", report);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const auto object = Json::parse(line);
  EXPECT_THAT(object["file"].get<std::string>(), HasSubstr("a \"b\""));
  EXPECT_EQ(object["complaint"], "it was cut off");
  EXPECT_EQ(object["negotiations"].size(), 3u);
  EXPECT_EQ(Json::parse(app::report_json_line("a", "", report))["complaint"], nullptr);
  EXPECT_EQ(Json::parse(app::report_json("cut off", report))["complaint"], "cut off");
}

TEST_F(Output, TheTableTellsEverything) {
  const auto text = app::report_text("in.pcap", report, 0);
  EXPECT_THAT(
      text,
      HasSubstr("in.pcap: 33 frames, 1 control connection, 3 negotiations, 2 data connections (1 pass)"));
  EXPECT_THAT(
      text,
      HasSubstr("0     14     client  PORT  192.168.1.10:51201  203.0.113.7:51201  open      negotiated  "
                "frame 18 passes"));
  EXPECT_THAT(text, HasSubstr("refuse    bounce      none in the capture"));
  EXPECT_THAT(text, HasSubstr("33     198.51.100.2:20  192.168.1.10:51299  not-negotiated"));
  EXPECT_THAT(text, HasSubstr("bounce: The client named a third host"));
  EXPECT_THAT(text, Not(HasSubstr("negotiated: The data connection")));
}

TEST_F(Output, TheTableKeepsToTheTerminal) {
  std::istringstream lines(app::report_text("in.pcap", report, 80));
  std::string line;
  std::getline(lines, line);  // the summary has the file's name, which may be long
  while (std::getline(lines, line)) EXPECT_LE(line.size(), 80u) << line;
}

TEST_F(Output, NoSessionIsSaidSo) {
  EXPECT_THAT(app::report_text("in.pcap", {}, 0), HasSubstr("in.pcap: 0 frames, 0 control connections"));
}

}  // namespace
}  // namespace pinhole::test
