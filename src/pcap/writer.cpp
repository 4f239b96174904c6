#include "pcap/writer.hpp"

#include <pcap/pcap.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace pinhole::pcap {
namespace {

constexpr int kSnapLength = 262144;  // tcpdump's and Wireshark's own

}  // namespace

struct Writer::Handle {
  pcap_t* pcap = nullptr;
  pcap_dumper_t* dumper = nullptr;
  bool microseconds = false;

  Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (dumper != nullptr) pcap_dump_close(dumper);
    if (pcap != nullptr) pcap_close(pcap);
  }
};

Writer::Writer(const std::string& path, LinkType type, bool microseconds)
    : handle_(std::make_unique<Handle>()), path_(path) {
  handle_->microseconds = microseconds;
  handle_->pcap = pcap_open_dead_with_tstamp_precision(
      static_cast<int>(type), kSnapLength,
      microseconds ? PCAP_TSTAMP_PRECISION_MICRO : PCAP_TSTAMP_PRECISION_NANO);
  if (handle_->pcap == nullptr) throw CaptureError(path + ": out of memory");
  std::FILE* file = std::fopen(path.c_str(), "wbe");
  if (file == nullptr) throw CaptureError(path + ": " + std::strerror(errno));
  handle_->dumper = pcap_dump_fopen(handle_->pcap, file);
  if (handle_->dumper == nullptr) {
    std::fclose(file);
    throw CaptureError(path + ": " + pcap_geterr(handle_->pcap));
  }
}

Writer::~Writer() = default;

void Writer::write(std::chrono::nanoseconds time, std::span<const std::uint8_t> bytes,
                   std::size_t wire_length) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto rest = time - seconds;
  pcap_pkthdr header{};
  header.ts.tv_sec = static_cast<time_t>(seconds.count());
  header.ts.tv_usec = static_cast<suseconds_t>(handle_->microseconds ? rest.count() / 1000 : rest.count());
  header.caplen = static_cast<bpf_u_int32>(bytes.size());
  header.len = static_cast<bpf_u_int32>(wire_length);
  pcap_dump(reinterpret_cast<u_char*>(handle_->dumper), &header, bytes.data());
}

void Writer::close() {
  if (pcap_dump_flush(handle_->dumper) != 0 || std::ferror(pcap_dump_file(handle_->dumper)) != 0) {
    throw CaptureError(path_ + ": cannot be written: " + std::strerror(errno));
  }
}

}  // namespace pinhole::pcap
