#pragma once
// A name server of a few lines on loopback: SRV and A records, NXDOMAIN, or silence.
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace callfleet::test {

class LocalDns {
 public:
  LocalDns();
  ~LocalDns();
  LocalDns(const LocalDns&) = delete;
  LocalDns& operator=(const LocalDns&) = delete;

  // "127.0.0.1:port", as the resolver takes it.
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  void AddA(const std::string& name, const std::string& address, std::uint32_t ttl_s = 60);
  struct Srv {
    std::uint16_t priority = 0;
    std::uint16_t weight = 0;
    std::uint16_t port = 0;
    std::string target;
  };
  void AddSrv(const std::string& name, const Srv& srv, std::uint32_t ttl_s = 60);
  void SetSilent(bool silent) { silent_ = silent; }
  int questions() const { return questions_; }

 private:
  static constexpr std::uint16_t kA = 1;
  static constexpr std::uint16_t kSrv = 33;
  struct Record {
    std::uint32_t ttl_s;
    std::string data;
  };
  void Serve();
  std::string AnswerTo(const std::string& question);

  int fd_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> silent_{false};
  std::atomic<int> questions_{0};
  std::mutex mutex_;
  std::map<std::pair<std::string, std::uint16_t>, std::vector<Record>> records_;
  std::thread thread_;
};

}  // namespace callfleet::test
