#include "tests/bench/media/rtpengine.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "services/sip_edge/media/udp_socket.h"

namespace callfleet::sip_edge::media::bench {
namespace {

constexpr IpAddress kLoopback = IpAddress::V4(127, 0, 0, 1);
constexpr std::uint16_t kControlPort = 22'222;

std::string Word(const std::string& text) { return std::to_string(text.size()) + ":" + text; }

std::string Sdp(const MediaAddress& phone, bool a_law) {
  return "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio " +
         std::to_string(phone.port) + " RTP/AVP " + (a_law ? "8" : "0") + "\r\n";
}

class Process final : public Target {
 public:
  Process() {
    Spawn();
    auto socket = UdpSocket::Bind({kLoopback, 0}, 0);
    Must(socket && socket->Connect({kLoopback, kControlPort}), "no socket to rtpengine");
    control_ = std::move(*socket);
    for (int i = 0; i < 100 && Ask("d7:command4:pinge").find("pong") == std::string::npos; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  ~Process() override {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  std::pair<std::uint16_t, std::uint16_t> OpenCall(const MediaAddress& a, const MediaAddress& b,
                                                   bool mixed_laws) override {
    const std::string call = "call-" + std::to_string(++calls_);
    const auto for_b = Negotiate("offer", call, Sdp(a, false));
    const auto for_a = Negotiate("answer", call, Sdp(b, mixed_laws));
    return {for_a, for_b};
  }
  void Start() override { Count(); }
  // Both ways of each call, 50 packets a second: it is asked for nothing while it is measured.
  std::uint64_t Relayed() const override {
    const std::chrono::duration<double> since = std::chrono::steady_clock::now() - counted_;
    return static_cast<std::uint64_t>(since.count() * 100 * static_cast<double>(calls_));
  }
  std::chrono::nanoseconds Cpu() const override {
    std::ifstream file("/proc/" + std::to_string(pid_) + "/stat");
    std::string text((std::istreambuf_iterator<char>(file)), {});
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string skip;
    for (int i = 0; i < 11; ++i) fields >> skip;
    std::int64_t user = 0;
    std::int64_t system = 0;
    fields >> user >> system;
    return std::chrono::nanoseconds((user + system) * (1'000'000'000 / ::sysconf(_SC_CLK_TCK)));
  }

 private:
  void Count() { counted_ = std::chrono::steady_clock::now(); }
  void Spawn() {
    const std::string control = "127.0.0.1:" + std::to_string(kControlPort);
    pid_ = ::fork();
    Must(pid_ >= 0, "fork");
    if (pid_ > 0) return;
    ::execlp("rtpengine", "rtpengine", "--foreground", "--table=-1", "--num-threads=1",
             "--interface=127.0.0.1", ("--listen-ng=" + control).c_str(), "--port-min=40000",
             "--port-max=59999", "--log-level=1", "--log-stderr", "--no-redis-required",
             "--config-file=none", nullptr);
    std::_Exit(127);
  }
  std::string Ask(const std::string& request) {
    const std::string cookie = std::to_string(++cookies_) + " ";
    const std::string whole = cookie + request;
    std::array<char, 8192> answer{};
    (void)::send(control_.fd(), whole.data(), whole.size(), 0);
    for (int i = 0; i < 200; ++i) {
      const auto size = ::recv(control_.fd(), answer.data(), answer.size(), MSG_DONTWAIT);
      const std::string text(answer.data(), size > 0 ? static_cast<std::size_t>(size) : 0U);
      if (text.starts_with(cookie)) return text;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      Must(::waitpid(pid_, nullptr, WNOHANG) == 0, "rtpengine does not run (is it installed?)");
    }
    return {};
  }
  // The port of its own that the other phone sends to.
  std::uint16_t Negotiate(const std::string& command, const std::string& call,
                          const std::string& sdp) {
    const std::string answer = Ask("d" + Word("call-id") + Word(call) + Word("command") +
                                   Word(command) + Word("from-tag") + Word("a") + Word("sdp") +
                                   Word(sdp) + Word("to-tag") + Word("b") + "e");
    const auto line = answer.find("m=audio ");
    Must(line != std::string::npos, answer.c_str());
    return static_cast<std::uint16_t>(std::atoi(answer.c_str() + line + 8));
  }

  pid_t pid_ = -1;
  UdpSocket control_;
  std::size_t calls_ = 0;
  std::size_t cookies_ = 0;
  std::chrono::steady_clock::time_point counted_{};
};

}  // namespace

std::unique_ptr<Target> RtpEngine() { return std::make_unique<Process>(); }

}  // namespace callfleet::sip_edge::media::bench
