#pragma once
// Calls of agents and customers, and supervisors in them, told step by step.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "services/sip_edge/domain/call_switch.h"
#include "tests/support/counted_ids.h"

namespace callfleet::sip_edge {

using std::chrono::seconds;

class SuperviseTest : public ::testing::Test {
 protected:
  using Hears = std::set<std::string>;
  CommandContext Context() {
    return {.request = RequestId("q" + std::to_string(++request_)),
            .unit = {{UnitKind::kCampaign, "c"}, 1}};
  }
  // Runs the acts: rows by the names of legs, and which legs got BYE.
  void Acts() {
    for (const auto& act : calls_.TakeActs()) {
      if (const auto* place = std::get_if<act::PlaceLeg>(&act)) placed_ = place->leg;
      if (const auto* row = std::get_if<act::SetRow>(&act)) {
        Hears heard;
        for (const auto& source : row->sources) heard.insert(names_[source.leg]);
        rows_[names_[row->listener]] = heard;
        ++orders_[names_[row->listener]];
      }
      if (const auto* deaf = std::get_if<act::Deafen>(&act)) rows_[names_[deaf->listener]] = {};
      if (const auto* bye = std::get_if<act::ByeLeg>(&act)) byes_.insert(names_[bye->leg]);
      if (const auto* timer = std::get_if<act::StartTimer>(&act)) timers_.push_back(timer->key);
      if (const auto* close = std::get_if<act::CloseLeg>(&act)) {
        rows_.erase(names_[close->leg]);
        calls_.SetQuality(close->leg, {});
      }
    }
  }
  LegHandle Up(const std::string& name) {
    names_[placed_ + 1] = name;  // Handles are numbered.
    Acts();
    names_[placed_] = name;
    calls_.Placed(placed_, "sip", now_);
    calls_.Answered(placed_, now_);
    Acts();
    handles_[name] = placed_;
    return placed_;
  }
  // Agent `agent` with leg `a` talks to customer `c` in `call`.
  void Talk(const std::string& call, const std::string& a, const std::string& c,
            const std::string& agent = "agent-1", OnPeerEnd end = OnPeerEnd::kHangUp) {
    RingCommand ring{.context = Context(), .call = CallId(call), .leg = LegId(a)};
    ring.agent = AgentId(agent);
    ring.target.to = LegTarget::Uri{"sip:a@192.0.2.1"};
    ASSERT_TRUE(calls_.Ring(ring, now_));
    Up(a);
    OriginateCommand dial{.context = Context(), .call = CallId(call), .leg = LegId(c)};
    dial.target.to = LegTarget::Uri{"sip:c@192.0.2.1"};
    dial.follows.bridge_with = LegId(a);
    dial.follows.on_peer_end = end;
    ASSERT_TRUE(calls_.Originate(dial, now_));
    Up(c);
  }
  SuperviseCommand Command(const std::string& call, const std::string& leg, SuperviseMode mode) {
    SuperviseCommand command{.context = Context(), .call = CallId(call), .leg = LegId(leg)};
    command.target = LegTarget{.to = LegTarget::Uri{"sip:s@192.0.2.1"}};
    command.mode = mode;
    return command;
  }
  void Supervise(const std::string& call, const std::string& leg, SuperviseMode mode) {
    const auto done = calls_.Supervise(Command(call, leg, mode), now_);
    ASSERT_TRUE(done) << done.error().reason;
    if (handles_.count(leg) == 0) {
      Up(leg);
    } else {
      Acts();
    }
  }
  std::string ReasonOf(const SuperviseCommand& command) {
    const auto done = calls_.Supervise(command, now_);
    return done ? "" : done.error().reason;
  }
  void Follow(const std::string& agent, const std::string& leg, SuperviseMode mode) {
    auto command = Command("", leg, mode);
    command.agent = AgentId(agent);
    const auto done = calls_.SuperviseAgent(command, now_);
    ASSERT_TRUE(done) << done.error().reason;
    if (handles_.count(leg) == 0) {
      Up(leg);
    } else {
      Acts();
    }
  }
  void End(const std::string& name) {
    calls_.RemoteEnd(handles_[name], {}, EdgeReason::kNone, now_);
    Acts();
    for (const auto& bye : std::set<std::string>(byes_)) {
      calls_.DialogOver(handles_[bye], now_);
      Acts();
    }
  }
  std::shared_ptr<const CallRecord> Record(const std::string& call) {
    return *calls_.Get(CallId(call));
  }
  long SupervisorsIn(const std::string& call) {
    const auto record = Record(call);
    return std::count_if(record->legs.begin(), record->legs.end(), [](const LegRecord& leg) {
      return leg.role == LegRole::kSupervisor && leg.phase != LegPhase::kEnded;
    });
  }
  const LegRecord& LegOf(const std::string& call, const std::string& leg) {
    kept_ = Record(call);
    return *std::find_if(kept_->legs.begin(), kept_->legs.end(),
                         [&](const LegRecord& l) { return l.id == LegId(leg); });
  }

  Instant now_{MonoTime(seconds(1000)), WallTime(seconds(5000))};
  TrunkBook trunks_;
  LocationTable locations_;
  test::CountedIds ids_;
  CallSwitch calls_{SwitchConfig{.boot = BootId("boot"), .can_record = true}, trunks_, locations_,
                    ids_};
  LegHandle placed_ = 0;
  std::map<LegHandle, std::string> names_;
  std::map<std::string, LegHandle> handles_;
  std::map<std::string, Hears> rows_;
  std::map<std::string, int> orders_;
  std::set<std::string> byes_;
  std::vector<SwitchTimerKey> timers_;
  std::shared_ptr<const CallRecord> kept_;
  int request_ = 0;
};

}  // namespace callfleet::sip_edge
