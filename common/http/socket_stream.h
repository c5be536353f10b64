#pragma once
// One connection as httplib reads it: first what was read before, then the socket, with limits on
// how slowly a client may send.
#include <httplib.h>

#include <chrono>
#include <string>

namespace callfleet::http {

inline constexpr std::chrono::seconds kSilence{5};     // Without a byte read or taken.
inline constexpr std::chrono::seconds kSlowGrace{10};  // Of waiting, until the rate counts.
inline constexpr std::size_t kLeastBytesPerSecond = 1024;

// One thread. Does not own the socket.
class SocketStream final : public httplib::Stream {
 public:
  SocketStream(int socket, std::string before) : socket_(socket), before_(std::move(before)) {}

  bool is_readable() const override;
  bool is_writable() const override;  // False also where the client is gone.
  ssize_t read(char* to, std::size_t size) override;
  ssize_t write(const char* from, std::size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return socket_; }

  std::uint64_t bytes_read() const { return bytes_read_; }  // By the server, from both.
  std::string Left() && { return before_.substr(taken_); }  // Of the next request.

 private:
  ssize_t Count(ssize_t bytes);

  int socket_;
  std::string before_;
  std::size_t taken_ = 0;
  std::uint64_t bytes_read_ = 0;
  std::uint64_t bytes_waited_for_ = 0;
  std::chrono::steady_clock::duration waited_{0};
};

}  // namespace callfleet::http
