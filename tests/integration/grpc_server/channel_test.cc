#include "common/grpc_server/channel.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <future>

namespace callfleet::grpc_server {
namespace {

// What a caller holds until its answer is there: the last one to know the channel.
struct Call {
  std::shared_ptr<grpc::Channel> channel = MakeChannel({.target = "127.0.0.1:1"});
  grpc::GenericStub stub{channel};
  grpc::ClientContext context;
  grpc::Slice nothing;
  grpc::ByteBuffer request{&nothing, 1};
  grpc::ByteBuffer response;
  std::promise<void> answered;
};

TEST(Channel, MayBeLetGoOfByTheCallbackOfItsLastCall) {
  for (int n = 0; n < 3; ++n) {
    auto call = std::make_shared<Call>();
    auto answered = call->answered.get_future();
    auto* const it = call.get();
    it->stub.UnaryCall(&it->context, "/none/None", {}, &it->request, &it->response,
                       [call = std::move(call)](const grpc::Status& status) {
                         EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
                         call->answered.set_value();
                       });
    EXPECT_EQ(answered.wait_for(std::chrono::seconds(10)), std::future_status::ready);
  }
}

}  // namespace
}  // namespace callfleet::grpc_server
