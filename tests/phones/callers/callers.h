#pragma once
// People who call in, wave by wave. SIP thread only. Each has a number of its own, which the
// agent's phone is shown: so who reached whom, and when, is known without any audio.
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/phones/callers/wave.h"
#include "tests/phones/farm/phone.h"

namespace callfleet::phones {

struct CallersOptions {
  Endpoint& endpoint;  // of the carrier
  uint64_t seed = 1;
};

// What became of the callers of one wave; `records` in the order of their arrival.
struct WaveAccount {
  std::string name;
  std::vector<std::shared_ptr<CallRecord>> records;
  uint64_t not_sent = 0;
  bool running = false;
};

class Callers final : public CallObserver, public AgentLegObserver {
 public:
  static constexpr uint64_t kMaxCallers = 400'000;

  Callers(SipLoop& loop, MediaEngine& media, CallLog& log, const CallersOptions& options);
  ~Callers() override;

  void Start(const nlohmann::json& wave);  // Throws std::runtime_error.
  void Stop();                             // No arrivals any more; who is here stays.
  std::vector<std::shared_ptr<Call>> LiveCalls() const;
  size_t live() const { return live_.size(); }
  std::vector<WaveAccount> Accounts() const;

  void OnAnswered(Call&) override {}
  void OnEnded(Call& call) override;
  void OnAgentAnswered(const CallRecord& agent_leg) override;

 private:
  struct Live {
    std::shared_ptr<Call> call;
    Rng rng;
    const Wave* wave;
    TimerId timer = 0;
    bool with_agent = false;
  };
  struct Running {
    Wave wave;
    ArrivalTimes times;
    WaveAccount account;
    int64_t start_us = 0;
    TimerId timer = 0;
    Running(Wave w, uint64_t seed) : wave(std::move(w)), times(wave, seed) {}
  };
  void PlaceDue(Running& running);
  void PlaceOne(Running& running);
  void HangUpAfter(Live& live, std::chrono::milliseconds delay);

  SipLoop& loop_;
  MediaEngine& media_;
  CallLog& log_;
  Endpoint& endpoint_;
  uint64_t seed_;
  uint64_t placed_ = 0;
  std::vector<std::unique_ptr<Running>> waves_;
  std::unordered_map<std::string, Live> live_;  // by the caller's number
};

}  // namespace callfleet::phones
