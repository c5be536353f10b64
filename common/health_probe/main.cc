// callfleet-health [HOST:PORT]: asks a service's gRPC health, for container health checks. Without
// an argument the address is CALLFLEET_LISTEN's port on this machine. Exit 0: SERVING; 1: not, or
// no answer within 2 s; 2: no address.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <cstdlib>
#include <future>
#include <iostream>
#include <string>

namespace {

std::string Target(int argc, char** argv) {
  if (argc > 1) return argv[1];
  const char* listen = std::getenv("CALLFLEET_LISTEN");
  const std::string text = listen == nullptr ? "" : listen;
  const auto colon = text.rfind(':');
  return colon == std::string::npos ? "" : "127.0.0.1" + text.substr(colon);
}

// grpc.health.v1.Health/Check of the whole server: an empty request; of the answer only field 1,
// `status`, is set, and 1 is SERVING. Debian ships no generated code for it.
bool IsServing(const std::string& target) {
  auto channel = grpc::CreateChannel(target, grpc::InsecureChannelCredentials());
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(2));
  const grpc::Slice nothing("", 0);
  const grpc::ByteBuffer request(&nothing, 1);
  grpc::ByteBuffer answer;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", grpc::StubOptions(), &request, &answer,
                 [&done](grpc::Status status) { done.set_value(std::move(status)); });
  if (const auto status = done.get_future().get(); !status.ok()) {
    std::cerr << target << ": " << status.error_message() << "\n";
    return false;
  }
  grpc::Slice bytes;
  const bool whole = answer.DumpToSingleSlice(&bytes).ok() && bytes.size() == 2;
  return whole && bytes.begin()[0] == 0x08 && bytes.begin()[1] == 0x01;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string target = Target(argc, argv);
  if (target.empty()) {
    std::cerr << "callfleet-health: no address: give HOST:PORT or set CALLFLEET_LISTEN\n";
    return 2;
  }
  const bool serving = IsServing(target);
  std::cout << (serving ? "SERVING" : "NOT_SERVING") << "\n";
  return serving ? 0 : 1;
}
