// Clients that send slowly, or nonsense, cost others nothing.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <vector>

#include "common/http/gated_server.h"
#include "common/http/listener.h"

namespace callfleet::http {
namespace {

class SlowClientsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    server.Get("/", [](const httplib::Request&, httplib::Response& response) {
      response.set_content("hello", "text/plain");
    });
    server.Post("/", [](const httplib::Request& request, httplib::Response& response,
                        const httplib::ContentReader& reader) {
      std::size_t size = 0;
      if (request.has_header("Content-Length") || request.has_header("Transfer-Encoding")) {
        reader([&](const char*, std::size_t length) {
          size += length;
          return true;
        });
      }
      response.set_content(std::to_string(size), "text/plain");
    });
    ASSERT_TRUE(listener.Start({.listen = "127.0.0.1:0",
                                .workers = {.threads = 2,
                                            .body_threads = 1,
                                            .waiting_bodies = 2,
                                            .gate = {.head_time = std::chrono::milliseconds(300),
                                                     .max_waiting = 400,
                                                     .small_body = 1000}}}));
  }
  void TearDown() override {
    for (const int socket : open) ::close(socket);
  }

  int Connect() {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(listener.port()));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof(to)), 0);
    open.push_back(socket);
    return socket;
  }
  int Send(const std::string& text) {
    const int socket = Connect();
    EXPECT_EQ(::send(socket, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
    return socket;
  }
  // All until the server closes, at most 5 s.
  static std::string ReadAll(int socket) {
    const timeval patience{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    std::string text;
    std::array<char, 4096> some{};
    while (true) {
      const auto got = ::recv(socket, some.data(), some.size(), 0);
      if (got <= 0) return text;
      text.append(some.data(), static_cast<std::size_t>(got));
    }
  }
  std::string Ask(const std::string& text) { return ReadAll(Send(text)); }
  httplib::Result Get() {
    httplib::Client client("127.0.0.1", listener.port());
    client.set_read_timeout(5);
    return client.Get("/");
  }

  GatedServer server{[](const Refusal& refusal) { return std::string(refusal.reason); }};
  Listener listener{&server};
  std::vector<int> open;
};

TEST_F(SlowClientsTest, HalfSentRequestsHoldNobodyUp) {
  for (int i = 0; i < 300; ++i) Send("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ");
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Get()->status, 200);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(250));
}

TEST_F(SlowClientsTest, HalfSentBodiesHoldNobodyUp) {
  for (int i = 0; i < 50; ++i) {
    Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n{\"na");
    Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n{\"na");
  }
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Get()->status, 200);
}

TEST_F(SlowClientsTest, AHeadThatDoesNotComeInTimeIs408) {
  EXPECT_TRUE(Ask("GET / HTTP/1.1\r\nHost").starts_with("HTTP/1.1 408"));
}

TEST_F(SlowClientsTest, BeyondTheLimitTheOldestHalfRequestGoes) {
  const int oldest = Send("GET / HTTP/1.1\r\n");
  for (int i = 0; i < 450; ++i) Send("GET / HTTP/1.1\r\n");
  EXPECT_EQ(ReadAll(oldest).find("HTTP/1.1 200"), std::string::npos);
  EXPECT_LE(server.waiting(), 400U);
  EXPECT_EQ(Get()->status, 200);
}

TEST_F(SlowClientsTest, ManyRangesAreAnsweredOnce) {
  std::string ranges = "0-";
  for (int i = 0; i < 1'000; ++i) ranges += ",0-";
  const auto answer =
      Ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nRange: bytes=" + ranges + "\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer.substr(0, 200);
  EXPECT_LT(answer.size(), 300U);
}

TEST_F(SlowClientsTest, ALengthThatIsNoLengthIs400) {
  for (const char* length : {"-5", "+5", "12345678901234567890123", "1e3", "", "5, 6"}) {
    const auto answer = Ask(std::string("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ") + length +
                            "\r\n\r\nhello");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400")) << length << " " << answer;
    EXPECT_NE(answer.find("BAD_CONTENT_LENGTH"), std::string::npos) << length;
  }
  EXPECT_TRUE(Ask("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab")
                  .starts_with("HTTP/1.1 400"));
  EXPECT_TRUE(Ask("POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n")
                  .starts_with("HTTP/1.1 400"));
}

TEST_F(SlowClientsTest, AFieldAbove8KibibytesIs431) {
  const auto ask = [&](std::size_t size) {
    return Ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: " + std::string(size, 'x') +
               "\r\n\r\n");
  };
  EXPECT_TRUE(ask(8'192 - 5).starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(ask(8'192 - 4).starts_with("HTTP/1.1 431"));
  EXPECT_TRUE(ask(20'000).starts_with("HTTP/1.1 431"));
}

TEST_F(SlowClientsTest, ARangeBeyondTheEndIsAnsweredWhole) {
  for (const char* range : {"bytes=99-", "bytes=1-2", "bytes=-0"}) {
    const auto answer =
        Ask(std::string("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nRange: ") + range +
            "\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\nhello")) << answer;
  }
}

TEST_F(SlowClientsTest, AHeadAbove32KibibytesIs431) {
  EXPECT_TRUE(Ask("GET / HTTP/1.1\r\nX: " + std::string(40'000, 'x')).starts_with("HTTP/1.1 431"));
}

TEST_F(SlowClientsTest, OneConnectionServesManyRequests) {
  const int socket = Send(
      "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
      "Connection: close\r\n\r\nabc");
  const auto answer = ReadAll(socket);
  EXPECT_NE(answer.find("hello"), answer.rfind("hello"));
  EXPECT_TRUE(answer.ends_with("3")) << answer;
}

TEST_F(SlowClientsTest, ALargeBodyIsReadByAWorkerOfItsOwn) {
  httplib::Client client("127.0.0.1", listener.port());
  EXPECT_EQ(client.Post("/", std::string(500'000, 'x'), "text/plain")->body, "500000");
}

TEST_F(SlowClientsTest, StopDoesNotWaitForThem) {
  for (int i = 0; i < 20; ++i) Send("GET / HTTP/1.1\r\nHost: a\r\n");
  EXPECT_EQ(Get()->status, 200);
  const auto began = std::chrono::steady_clock::now();
  listener.Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(1));
}

}  // namespace
}  // namespace callfleet::http
