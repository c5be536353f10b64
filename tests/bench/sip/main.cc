// Call set-up through sip_edge: two legs to two SIPp, driven over gRPC, bridged, held, hung up,
// acknowledged. Prints one JSON object: calls a second, CPU a call, failures, retransmissions,
// memory a call. Usage: bench_sip <callfleet-sip-edge> <uas.xml> [calls_a_second] [seconds]
// [hold_s]
#include <grpcpp/grpcpp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "callfleet/sip_edge/v1/sip_edge_service.grpc.pb.h"

namespace {

namespace v1 = callfleet::sip_edge::v1;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

pid_t Spawn(const std::vector<std::string>& arguments, const char* log) {
  const pid_t pid = fork();
  if (pid != 0) return pid;
  std::vector<char*> argv;
  for (const auto& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  if (std::freopen(log, "w", stdout) == nullptr || std::freopen(log, "a", stderr) == nullptr) {
    _exit(126);
  }
  execvp(argv[0], argv.data());
  _exit(127);
}

double CpuOf(const std::string& stat) {
  std::ifstream file(stat);
  std::string text((std::istreambuf_iterator<char>(file)), {});
  std::istringstream rest(text.substr(text.rfind(')') + 2));
  std::string skip;
  for (int i = 0; i < 11; ++i) rest >> skip;
  double user = 0;
  double system = 0;
  rest >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double CpuSeconds(pid_t pid) { return CpuOf("/proc/" + std::to_string(pid) + "/stat"); }

long RssKib(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("VmRSS:", 0) == 0) return std::atol(line.c_str() + 6);
  }
  return 0;
}

// SIPp's own count of what it had to send again: the sum of one column of its statistics.
long Retransmissions(const std::string& path) {
  std::ifstream file(path);
  std::string names;
  std::string line;
  std::string last;
  std::getline(file, names);
  while (std::getline(file, line)) last = line;
  std::istringstream columns(names);
  std::istringstream values(last);
  std::string value;
  while (std::getline(columns, line, ';') && std::getline(values, value, ';')) {
    if (line == "Retransmissions(C)") return std::atol(value.c_str());
  }
  return -1;
}

// CPU seconds of each thread, by the thread's number in order of their start.
void PrintThreads(pid_t pid) {
  for (const auto& task :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
    std::ifstream name(task.path() / "comm");
    std::string text;
    std::getline(name, text);
    const double cpu = CpuOf(task.path().string() + "/stat");
    if (cpu > 0.05) std::fprintf(stderr, "thread %s %.2f s\n", text.c_str(), cpu);
  }
}

class Driver {
 public:
  explicit Driver(const std::string& target, int hold_ms) : hold_(hold_ms) {
    stub_ = v1::SipEdgeService::NewStub(
        grpc::CreateChannel(target, grpc::InsecureChannelCredentials()));
    watcher_ = std::thread([this] { Watch(); });
    ender_ = std::thread([this] { EndLoop(); });
  }
  ~Driver() {
    stopping_ = true;
    watch_.TryCancel();
    watcher_.join();
    wake_.notify_all();
    ender_.join();
  }

  void Start(int number) {
    const std::string call = "c" + std::to_string(number);
    Leg(call, call + "a", "", 0);  // The second leg follows its acceptance.
  }
  void SetPorts(int a, int b) {
    ports_[0] = a;
    ports_[1] = b;
  }
  bool Ready() {
    grpc::ClientContext context;
    v1::GetEdgeResponse edge;
    return stub_->GetEdge(&context, {}, &edge).ok();
  }

  // What has not ended, by the states of its legs: for a look at what went wrong.
  void PrintLeft() {
    grpc::ClientContext context;
    auto reader = stub_->WatchCalls(&context, {});
    std::map<std::string, int> kinds;
    v1::WatchCallsResponse message;
    while (reader->Read(&message) && !message.has_snapshot_end()) {
      if (!message.has_record()) continue;
      std::string kind = v1::CallState_Name(message.record().state());
      for (const auto& leg : message.record().legs()) kind += " " + v1::LegState_Name(leg.state());
      ++kinds[kind];
    }
    context.TryCancel();
    reader->Finish();
    for (const auto& [kind, count] : kinds) std::fprintf(stderr, "%6d %s\n", count, kind.c_str());
  }

  // Why commands were refused and calls failed, each with its number.
  void PrintReasons() {
    const std::lock_guard lock(mutex_);
    for (const auto& [why, count] : reasons_) std::fprintf(stderr, "%6d %s\n", count, why.c_str());
  }

  std::atomic<int> ended{0};
  std::atomic<int> bridged{0};
  std::atomic<int> failed{0};
  std::atomic<int> refused{0};

 private:
  template <class Request, class Response>
  struct Rpc {
    grpc::ClientContext context;
    Request request;
    Response response;
  };

  v1::CommandContext Context() {
    v1::CommandContext context;
    context.set_request_id("r" + std::to_string(++request_));
    context.mutable_unit()->mutable_unit()->set_kind(callfleet::common::v1::UNIT_KIND_CAMPAIGN);
    context.mutable_unit()->mutable_unit()->set_id("bench");
    context.mutable_unit()->set_token(1);
    return context;
  }

  void Leg(const std::string& call, const std::string& leg, const std::string& with, int side) {
    auto* rpc = new Rpc<v1::OriginateRequest, v1::OriginateResponse>;
    *rpc->request.mutable_context() = Context();
    rpc->request.set_call_id(call);
    rpc->request.set_leg_id(leg);
    rpc->request.set_sip_uri("sip:bench@127.0.0.1:" + std::to_string(ports_[side]));
    rpc->request.set_caller_id("+14155550100");
    rpc->request.mutable_what_follows()->set_bridge_with_leg_id(with);
    stub_->async()->Originate(&rpc->context, &rpc->request, &rpc->response,
                              [this, rpc, side, call, leg](const grpc::Status& status) {
                                if (!status.ok()) Refused(status);
                                if (status.ok() && side == 0) Leg(call, call + "b", leg, 1);
                                delete rpc;
                              });
  }

  void Refused(const grpc::Status& status) {
    ++refused;
    const std::lock_guard lock(mutex_);
    ++reasons_["refused " + std::to_string(status.error_code()) + " " + status.error_message()];
  }

  void Failed(const v1::CallRecord& record) {
    ++failed;
    std::string why = "failed";
    for (const auto& leg : record.legs()) {
      why += " " + std::to_string(leg.end().sip_code()) + " " + leg.end().text() + " " +
             v1::EdgeReason_Name(leg.end().edge_reason());
    }
    ++reasons_[why];
  }

  void HangUp(const std::string& call) {
    auto* rpc = new Rpc<v1::HangUpRequest, v1::HangUpResponse>;
    *rpc->request.mutable_context() = Context();
    rpc->request.set_call_id(call);
    stub_->async()->HangUp(&rpc->context, &rpc->request, &rpc->response,
                           [rpc](const grpc::Status&) { delete rpc; });
  }

  void Acknowledge(const std::vector<std::string>& calls) {
    auto* rpc = new Rpc<v1::AcknowledgeRequest, v1::AcknowledgeResponse>;
    *rpc->request.mutable_context() = Context();
    for (const auto& call : calls) rpc->request.add_call_ids(call);
    stub_->async()->Acknowledge(&rpc->context, &rpc->request, &rpc->response,
                                [rpc](const grpc::Status&) { delete rpc; });
  }

  void Watch() {
    v1::WatchCallsRequest request;
    request.add_unit_kinds(callfleet::common::v1::UNIT_KIND_CAMPAIGN);
    watch_.set_wait_for_ready(true);
    auto reader = stub_->WatchCalls(&watch_, request);
    v1::WatchCallsResponse message;
    while (reader->Read(&message)) {
      if (!message.has_delta() || message.delta().forgotten()) continue;
      const auto& record = message.delta().record();
      const std::lock_guard lock(mutex_);
      if (record.state() == v1::CALL_STATE_ENDED) {
        ++ended;
        if (record.bridges().empty()) Failed(record);
        done_.push_back(record.call_id());
      } else if (record.state() == v1::CALL_STATE_BRIDGED &&
                 told_.emplace(record.call_id(), 1).second) {
        ++bridged;
        held_.push_back({Clock::now() + hold_, record.call_id()});
      }
    }
    reader->Finish();
  }

  void EndLoop() {
    while (!stopping_) {
      std::vector<std::string> end;
      std::vector<std::string> done;
      {
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, milliseconds(5));
        while (!held_.empty() && held_.front().first <= Clock::now()) {
          end.push_back(held_.front().second);
          told_.erase(held_.front().second);
          held_.pop_front();
        }
        if (done_.size() >= 100 || (!done_.empty() && ended > 0)) done.swap(done_);
      }
      for (const auto& call : end) HangUp(call);
      if (!done.empty()) Acknowledge(done);
    }
  }

  const milliseconds hold_;
  std::unique_ptr<v1::SipEdgeService::Stub> stub_;
  grpc::ClientContext watch_;
  std::atomic<int> request_{0};
  std::atomic<bool> stopping_{false};
  int ports_[2] = {0, 0};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::map<std::string, int> told_;
  std::deque<std::pair<Clock::time_point, std::string>> held_;
  std::vector<std::string> done_;
  std::map<std::string, int> reasons_;
  std::thread watcher_;
  std::thread ender_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s EDGE_BINARY UAS_XML [rate] [seconds] [hold_s]\n", argv[0]);
    return 2;
  }
  const int rate = argc > 3 ? std::atoi(argv[3]) : 1000;
  const int seconds = argc > 4 ? std::atoi(argv[4]) : 60;
  const int hold = argc > 5 ? std::atoi(argv[5]) : 1;
  const int base = 6000 + getpid() % 2000 * 4;
  const std::string grpc = "127.0.0.1:" + std::to_string(base);
  std::vector<pid_t> children;
  const pid_t edge =
      Spawn({argv[1], "--listen", grpc, "--admin-listen", "127.0.0.1:0", "--sip-port",
             std::to_string(base + 1), "--rtp-port-min", "16000", "--rtp-port-max", "31999",
             "--max-calls", "8000", "--log-level", "info", "--drain-limit-ms", "0"},
            "/tmp/bench_sip_edge.log");
  children.push_back(edge);
  const auto stats = [](int side) { return "/tmp/bench_sip_" + std::to_string(side) + ".csv"; };
  for (int side : {2, 3}) {
    children.push_back(Spawn({"sipp",
                              "-sf",
                              argv[2],
                              "-i",
                              "127.0.0.1",
                              "-p",
                              std::to_string(base + side),
                              "-timer_resol",
                              "1",
                              "-l",
                              "20000",
                              "-nostdin",
                              "-buff_size",
                              "4194304",
                              "-default_behaviors",
                              "none",
                              "-trace_stat",
                              "-stf",
                              stats(side),
                              "-fd",
                              "1"},
                             "/tmp/bench_sip_sipp.log"));
  }
  {
    Driver driver(grpc, hold * 1000);
    driver.SetPorts(base + 2, base + 3);
    for (int i = 0; i < 100 && !driver.Ready(); ++i) std::this_thread::sleep_for(milliseconds(100));
    std::this_thread::sleep_for(milliseconds(500));
    const long idle = RssKib(edge);
    const auto start = Clock::now();
    const int total = rate * seconds;
    double cpu_from = 0;
    double cpu_to = 0;
    int calls_from = 0;
    int calls_to = 0;
    long most = 0;
    for (int i = 0; i < total; ++i) {
      std::this_thread::sleep_until(start + std::chrono::nanoseconds(1'000'000'000LL * i / rate));
      if (i == total / 6) cpu_from = CpuSeconds(edge), calls_from = driver.ended;
      if (i == total * 5 / 6) cpu_to = CpuSeconds(edge), calls_to = driver.ended;
      if (i % rate == 0) most = std::max(most, RssKib(edge));
      driver.Start(i);
    }
    const double sent = std::chrono::duration<double>(Clock::now() - start).count();
    for (int i = 0; i < (hold + 12) * 10 && driver.ended < total; ++i) {
      std::this_thread::sleep_for(milliseconds(100));
      most = std::max(most, RssKib(edge));
    }
    if (driver.ended < total) driver.PrintLeft();
    driver.PrintReasons();
    PrintThreads(edge);
    std::this_thread::sleep_for(milliseconds(1100));  // SIPp writes its figures each second.
    const long again = Retransmissions(stats(2)) + Retransmissions(stats(3));
    const int middle = std::max(1, calls_to - calls_from);
    std::printf(
        "{\"calls\": %d, \"ended\": %d, \"bridged\": %d, \"failed\": %d, \"refused\": %d, "
        "\"calls_a_second\": %.1f, \"middle_calls_a_second\": %.1f, \"cpu_ms_a_call\": %.3f, "
        "\"retransmissions\": %ld, \"idle_kib\": %ld, \"most_kib\": %ld}\n",
        total, driver.ended.load(), driver.bridged.load(), driver.failed.load(),
        driver.refused.load(), total / sent, middle / (seconds * 4.0 / 6),
        (cpu_to - cpu_from) * 1000 / middle, again, idle, most);
  }
  for (pid_t pid : children) kill(pid, pid == edge ? SIGTERM : SIGKILL);
  for (pid_t pid : children) waitpid(pid, nullptr, 0);
  return 0;
}
