#pragma once
// A call with a customer, an agent and the target of a transfer, told step by step.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "services/sip_edge/domain/call_switch.h"
#include "tests/support/counted_ids.h"

namespace callfleet::sip_edge {

using std::chrono::seconds;

// A customer c on the line, an agent a who talks to it, and a target t.
class TransferTest : public ::testing::Test {
 protected:
  TransferTest() { calls.KnowPrompts({"music"}); }
  void SetUp() override {
    customer = Place("x", "c", LegRole::kCustomer, {});
    calls.Answered(customer, now);
    agent = Place("x", "a", LegRole::kAgent, {.bridge_with = LegId("c")});
    calls.Answered(agent, now);
    Run();
  }
  CommandContext Context() {
    return {.request = RequestId("q" + std::to_string(++request_)),
            .unit = {{UnitKind::kQueue, "q"}, 1}};
  }
  LegHandle Place(const char* call, const char* leg, LegRole role, WhatFollows follows,
                  const char* who = "ann") {
    LegTarget target;
    target.to = LegTarget::Uri{"sip:x@192.0.2.1"};
    if (role == LegRole::kCustomer) {
      EXPECT_TRUE(calls.Originate({.context = Context(),
                                   .call = CallId(call),
                                   .leg = LegId(leg),
                                   .target = target,
                                   .follows = follows},
                                  now));
    } else {
      EXPECT_TRUE(calls.Ring({.context = Context(),
                              .call = CallId(call),
                              .leg = LegId(leg),
                              .agent = AgentId(who),
                              .target = target,
                              .follows = follows},
                             now));
    }
    return Run();
  }
  LegHandle PlaceTarget(TransferKind kind, const char* id = "t1") {
    target = Place("x", "t", LegRole::kAgent,
                   {.transfer = TransferTo{.id = id, .kind = kind, .referrer = LegId("a")}}, "bob");
    return target;
  }
  Status Steer(TransferVerb verb, const std::string& id = "t1") {
    auto done = calls.SteerTransfer(
        {.context = Context(), .call = CallId("x"), .transfer = id, .verb = verb}, now);
    Run();
    if (!done) return Fail(done.error());
    return {};
  }
  void Leave(LegHandle leg) {
    calls.RemoteEnd(leg, {.q850 = 16}, EdgeReason::kNone, now);
    Run();
  }
  // Performs what was asked: BYE and CANCEL are answered at once. The leg of the last PlaceLeg.
  LegHandle Run() {
    LegHandle placed = 0;
    for (auto acts = calls.TakeActs(); !acts.empty(); acts = calls.TakeActs()) {
      for (const auto& act : acts) {
        if (const auto* place = std::get_if<act::PlaceLeg>(&act)) {
          placed = place->leg;
          calls.Placed(placed, "sip", now);
        } else if (const auto* row = std::get_if<act::SetRow>(&act)) {
          rows[row->listener] = row->sources;
          music[row->listener] = false;
        } else if (const auto* deaf = std::get_if<act::Deafen>(&act)) {
          rows[deaf->listener].clear();
          music[deaf->listener] = false;
        } else if (const auto* play = std::get_if<act::Play>(&act)) {
          music[play->leg] = true;
        } else if (const auto* bye = std::get_if<act::ByeLeg>(&act)) {
          calls.DialogOver(bye->leg, now);
        } else if (const auto* cancel = std::get_if<act::CancelLeg>(&act)) {
          calls.Rejected(cancel->leg, {.sip_code = 487}, EdgeReason::kNone, true, now);
        } else if (const auto* close = std::get_if<act::CloseLeg>(&act)) {
          calls.SetQuality(close->leg, {});
        } else if (const auto* timer = std::get_if<act::StartTimer>(&act)) {
          timers.push_back(timer->key);
        } else if (const auto* notify = std::get_if<act::Notify>(&act)) {
          notified.push_back(notify->sip_code);
        }
      }
    }
    return placed;
  }
  std::shared_ptr<const CallRecord> Record(const char* call = "x") {
    return *calls.Get(CallId(call));
  }
  const TransferRecord& Transfer() { return (record_ = Record())->transfers.back(); }
  bool Live(LegHandle leg) {
    const auto call = Record();
    for (const auto& record : call->legs) {
      const char* id = leg == customer ? "c" : leg == agent ? "a" : "t";
      if (record.id == LegId(id)) return record.phase != LegPhase::kEnded;
    }
    return false;
  }
  bool Hears(LegHandle listener, LegHandle source) {
    for (const auto& heard : rows[listener]) {
      if (heard.leg == source) return true;
    }
    return false;
  }
  bool Talk(LegHandle a, LegHandle b) { return Hears(a, b) && Hears(b, a); }

  Instant now{MonoTime(seconds(1000)), WallTime(seconds(5000))};
  TrunkBook trunks;
  LocationTable locations;
  test::CountedIds ids;
  CallSwitch calls{SwitchConfig{.boot = BootId("boot"), .hold_music = "music"}, trunks, locations,
                   ids};
  LegHandle customer = 0, agent = 0, target = 0;
  std::map<LegHandle, std::vector<HeardLeg>> rows;
  std::map<LegHandle, bool> music;
  std::vector<int> notified;
  std::vector<SwitchTimerKey> timers;
  std::shared_ptr<const CallRecord> record_;
  int request_ = 0;
};

}  // namespace callfleet::sip_edge
