#include "differential/cut.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <thread>

#include "support/socket_options.hpp"

namespace pinhole::test::differential {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

constexpr std::array<const char*, 8> kInto{"lines",  "bytes",  "halves",     "line-ends",
                                           "pieces", "joined", "rearranged", "mixed"};
constexpr std::array<const char*, 3> kPace{"at-once", "pauses", "acknowledged"};

constexpr std::chrono::milliseconds kPause{1};
// More of them only make the test slow.
constexpr std::size_t kSlowPieces = 80;
// For an acknowledgment, which takes less unless something holds it back.
constexpr std::chrono::milliseconds kAcknowledged{50};

// `text` at `count` random places, sorted, each once.
void cut_at_random(std::string_view text, std::size_t count, Random& random, std::vector<std::string>& into) {
  std::vector<std::size_t> places{0, text.size()};
  for (; count > 0 && text.size() > 1; --count) places.push_back(random.between(1, text.size() - 1));
  std::ranges::sort(places);
  for (std::size_t i = 1; i < places.size(); ++i) {
    if (places[i] > places[i - 1]) into.emplace_back(text.substr(places[i - 1], places[i] - places[i - 1]));
  }
}

void cut_line(std::string_view line, Cut::Into into, Random& random, std::vector<std::string>& pieces) {
  switch (into) {
    case Cut::Into::bytes:
      for (const char byte : line) pieces.emplace_back(1, byte);
      break;
    case Cut::Into::halves:
      cut_at_random(line, 1, random, pieces);
      break;
    case Cut::Into::line_ends: {
      const auto text = line.substr(0, line.find_first_of("\r\n"));
      if (!text.empty()) pieces.emplace_back(text);
      for (const char byte : line.substr(text.size())) pieces.emplace_back(1, byte);
      break;
    }
    case Cut::Into::pieces:
      cut_at_random(line, random.between(2, 8), random, pieces);
      break;
    default:
      pieces.emplace_back(line);
  }
}

void wait_before(const Socket& socket, Cut::Pace pace, const std::function<void()>& peer_reads) {
  if (pace == Cut::Pace::pauses) std::this_thread::sleep_for(kPause);
  if (pace != Cut::Pace::acknowledged) return;
  // Were it not read, it would be acknowledged after 40 ms.
  const auto end = Clock::now() + kAcknowledged;
  do {
    peer_reads();
  } while (!all_acknowledged(socket, std::chrono::milliseconds{0}) && Clock::now() < end);
}

}  // namespace

Cut some_cut(Random& random) {
  return {static_cast<Cut::Into>(random.between(1, kInto.size() - 1)),
          static_cast<Cut::Pace>(random.below(kPace.size()))};
}

std::string name_of(const Cut& cut) {
  const std::string into = kInto[static_cast<std::size_t>(cut.into)];
  return cut.into == Cut::Into::lines ? into : into + "-" + kPace[static_cast<std::size_t>(cut.pace)];
}

std::vector<std::string> pieces_of(const std::vector<std::string>& lines, Cut::Into into, Random& random) {
  if (into == Cut::Into::mixed) into = static_cast<Cut::Into>(random.below(kInto.size() - 1));
  std::vector<std::string> pieces;
  if (into == Cut::Into::joined || into == Cut::Into::rearranged) {
    const auto text = std::accumulate(lines.begin(), lines.end(), std::string());
    cut_at_random(text, into == Cut::Into::joined ? 0 : random.between(1, 4), random, pieces);
    return pieces;
  }
  for (const auto& line : lines) cut_line(line, into, random, pieces);
  return pieces;
}

Sent send_pieces(const Socket& socket, const std::vector<std::string>& pieces, Cut::Pace pace,
                 const std::function<void()>& peer_reads) {
  if (pieces.size() > kSlowPieces) pace = Cut::Pace::at_once;
  const auto room = segments_that_fit(socket);
  const auto before = data_segments_sent(socket);
  nanoseconds paused{0};
  for (const auto& piece : pieces) {
    if (&piece != &pieces.front()) {
      const auto begin = Clock::now();
      wait_before(socket, pace, peer_reads);
      paused += Clock::now() - begin;
    }
    socket.send(piece);
  }
  const auto left = data_segments_sent(socket) - before;
  return {pieces.size(), paused, left >= std::min<std::size_t>(pieces.size(), room)};
}

}  // namespace pinhole::test::differential
