// What outlives a process: trunks, and the dialogs that a later boot has to end. And TCP phones.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/integration/sip/edge_fixture.h"
#include "tests/support/private_postgres.h"

namespace callfleet::test {

using namespace std::chrono_literals;  // NOLINT

class Durability : public EdgeTest {
 protected:
  void Configure(sip_edge::Config& config) override {
    config.database = PrivatePostgres::Shared().conninfo();
    config.edge_id = "edge-durable";
    config_ = config;
  }
  Result<std::unique_ptr<sip_edge::App>> NextBoot() {
    config_.rtp_port_min -= 10'000;
    config_.rtp_port_max -= 10'000;
    return sip_edge::App::Start(config_, logging::Logger("sip_edge"), [] { return true; });
  }
  sip_edge::Config config_;
};

TEST_F(Durability, DialogsOfAnOlderBootGetBye) {
  RawPhone phone(sip_port());
  ASSERT_TRUE(Originate(ToPhone("call", "leg", phone)).ok());
  auto invite = phone.Expect("INVITE");
  ASSERT_TRUE(invite);
  phone.Answer(*invite);
  ASSERT_TRUE(phone.Expect("ACK"));
  std::this_thread::sleep_for(600ms);  // The journal is written behind.
  auto next = NextBoot();
  ASSERT_TRUE(next) << next.error().message;
  auto bye = phone.Expect("BYE");
  ASSERT_TRUE(bye);
  EXPECT_EQ(bye->Get("Call-ID"), invite->Get("Call-ID"));
  EXPECT_EQ(bye->tag("From"), invite->tag("From"));
  EXPECT_EQ(bye->tag("To"), "uas");
  EXPECT_GT(bye->cseq(), invite->cseq());
  (*next)->Stop();
}

// Its INVITE went out before the old boot died; nobody else would ever end it.
TEST_F(Durability, APickUpDuringTheRestartIsAcknowledgedAndEnded) {
  RawPhone phone(sip_port());
  const std::string here = "127.0.0.1:" + std::to_string(sip_port());
  phone.Send("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP " + here +
             ";branch=z9hG4bKolder;rport\r\nFrom: <sip:callfleet@" + here + ">;tag=us\r\nTo: <" +
             phone.uri() +
             ">;tag=them\r\nCall-ID: older-boot\r\n"
             "CSeq: 7 INVITE\r\nContact: <" +
             phone.uri() + ">\r\nContent-Length: 0\r\n\r\n");
  auto ack = phone.Expect("ACK");
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->Get("Call-ID"), "older-boot");
  EXPECT_EQ(ack->cseq(), 7u);
  EXPECT_EQ(ack->tag("To"), "them");
  auto bye = phone.Expect("BYE");
  ASSERT_TRUE(bye);
  EXPECT_EQ(bye->tag("From"), "us");
  EXPECT_GT(bye->cseq(), 7u);
}

TEST_F(Durability, A200ThatIsNotOursIsDropped) {
  RawPhone phone(sip_port());
  phone.Send(
      "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bKx\r\n"
      "From: <sip:a@x>;tag=us\r\nTo: <" +
      phone.uri() + ">;tag=them\r\nCall-ID: foreign\r\nCSeq: 7 INVITE\r\nContact: <" + phone.uri() +
      ">\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(phone.Silent("ACK", 300ms));
}

TEST_F(Durability, TrunksAreKeptWithTheirSecrets) {
  RawPhone carrier(sip_port());
  ASSERT_TRUE(CreateTrunk("kept", carrier, [](v1::Trunk& trunk) {
                trunk.set_auth_user("user");
                trunk.set_auth_secret("secret");
                trunk.set_max_channels(7);
              }).ok());
  EXPECT_TRUE(CreateTrunk("kept", carrier).ok());  // The same request again.
  auto next = NextBoot();
  ASSERT_TRUE(next) << next.error().message;
  auto stub = v1::SipEdgeService::NewStub(grpc::CreateChannel(
      "127.0.0.1:" + std::to_string((*next)->grpc_port()), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  v1::GetTrunkRequest request;
  v1::GetTrunkResponse response;
  request.set_trunk_id("kept");
  ASSERT_TRUE(stub->GetTrunk(&context, request, &response).ok());
  EXPECT_EQ(response.trunk().max_channels(), 7u);
  EXPECT_EQ(response.trunk().auth_secret(), "");
  (*next)->Stop();
}

TEST_F(Durability, PhoneOnTcpIsCalledOnItsOwnConnection) {
  ASSERT_TRUE(PushAccount("tcp", "secret", "agent-tcp").ok());
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(sip_port());
  ASSERT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  const timeval limit{5, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  std::string buffer;
  const auto receive = [&]() -> std::optional<SipText> {
    while (buffer.find("\r\n\r\n") == std::string::npos) {
      char bytes[4096];
      const auto got = recv(fd, bytes, sizeof bytes, 0);
      if (got <= 0) return std::nullopt;
      buffer.append(bytes, static_cast<std::size_t>(got));
    }
    auto message = ParseSip(buffer);
    buffer.clear();
    return message;
  };
  const std::string uri = "sip:127.0.0.1:" + std::to_string(sip_port());
  const auto send_register = [&](int cseq, const std::string& extra) {
    const std::string text =
        "REGISTER " + uri + " SIP/2.0\r\nVia: SIP/2.0/TCP 10.1.2.3:5060;branch=z9hG4bKt" +
        std::to_string(cseq) +
        "\r\nMax-Forwards: 70\r\nFrom: <sip:tcp@x>;tag=1\r\nTo: <sip:tcp@x>\r\nCall-ID: tcp-1\r\n"
        "CSeq: " +
        std::to_string(cseq) + " REGISTER\r\nContact: <sip:tcp@10.1.2.3:5060;transport=tcp>\r\n" +
        extra + "Content-Length: 0\r\n\r\n";
    send(fd, text.data(), text.size(), 0);
  };
  send_register(1, "");
  auto challenge = receive();
  ASSERT_TRUE(challenge);
  ASSERT_EQ(challenge->status(), 401);
  send_register(
      2, "Authorization: " +
             DigestFor(challenge->Get("WWW-Authenticate"), "tcp", "secret", "REGISTER", uri) +
             "\r\n");
  auto ok = receive();
  ASSERT_TRUE(ok);
  ASSERT_EQ(ok->status(), 200);
  v1::RingRequest ring;
  *ring.mutable_context() = Context();
  ring.set_call_id("call");
  ring.set_leg_id("agent");
  ring.set_agent_id("agent-tcp");
  ring.set_sip_user("tcp");
  ASSERT_TRUE(Ring(ring).ok());
  auto invite = receive();
  ASSERT_TRUE(invite);
  EXPECT_EQ(invite->method(), "INVITE");
  EXPECT_NE(invite->start.find("10.1.2.3"), std::string::npos);
  close(fd);
}

}  // namespace callfleet::test
