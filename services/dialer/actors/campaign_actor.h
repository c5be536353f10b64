#pragma once
// One campaign: mailbox -> domain step -> writes and acts. Durable acts leave in order once the
// writes of their step and of all earlier ones are committed; urgent ones leave at once.
#include <caf/all.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "common/agent_pool/agent_pool.h"
#include "common/clock/clock.h"
#include "common/clock/timers.h"
#include "common/logging/logger.h"
#include "services/dialer/actors/campaign_messages.h"
#include "services/dialer/domain/campaign_step.h"
#include "services/dialer/ports/call_control.h"
#include "services/dialer/ports/campaign_store.h"
#include "services/dialer/ports/campaign_watchers.h"

namespace callfleet::dialer {

// All outlive the actors.
struct CampaignPorts {
  CampaignStore* store;
  agent_pool::AgentPool* pool;
  CallControl* calls;
  Timers* timers;
  CampaignWatchers* watchers;
  const Clock* clock;
  const ZoneRules* zones;
};

// What runs inside the actor; one thread at a time, lives as long as the actor.
class CampaignRunner {
 public:
  // `on_lost`: a commit failed for good. The actor has ended; the campaign is read anew.
  using OnLost = std::function<void(const CampaignId&, const Error&)>;

  CampaignRunner(caf::event_based_actor* self, CampaignPorts ports, CampaignModel model,
                 std::unique_ptr<CampaignWriter> writer, OnLost on_lost, logging::Logger log);

  void On(EventMessage& message);
  void On(VerbMessage& message);
  void On(ViewMessage& message);
  void On(ClosingMessage& message);
  void On(SteerMessage& message);
  void On(CommittedMessage& message);
  void On(SubmitAgainMessage& message);
  void On(ShowMessage& message);

 private:
  struct Batch {
    std::vector<Write> writes;  // Moved away when submitted.
    std::vector<Action> acts;
    std::vector<News> news;
    std::function<void()> answer;
    bool submitted = false;
    bool committed = false;
  };

  void Handle(const Event& event, std::function<void()> answer = {});
  void SubmitWaiting();
  void ReleaseCommitted();
  void Lose(const Error& error);
  void Show();

  void Perform(const LoadPage& act);
  void Perform(const CheckGate& act);
  void Perform(const SendDemand& act);
  void Perform(const CancelDemand& act);
  void Perform(const TakeGrant& act);
  void Perform(const ReturnGrant& act);
  void Perform(const ReportOffer& act);
  void Perform(const CompleteWork& act);
  void Perform(const RingAgent& act);
  void Perform(const Originate& act);
  void Perform(const HangUp& act);
  void Perform(const Acknowledge& act);
  void Perform(const StartTimer& act);
  void Perform(const SeizeAgent& act);
  void Perform(const PlaceTarget& act);
  void Perform(const OfferTalk& act);
  void Perform(const SteerEdge& act);
  void Perform(const AnswerSteer& act);
  void Perform(const Action& action);
  agent_pool::LeaseCheck LeaseFor(const ReservationId& reservation, const Line& line,
                                  const LegId& leg) const;

  UnitToken unit() const {
    return {.unit = {UnitKind::kCampaign, model_.id.str()}, .token = model_.token};
  }
  caf::actor me() const;

  caf::event_based_actor* self_;
  CampaignPorts ports_;
  CampaignModel model_;
  std::unique_ptr<CampaignWriter> writer_;
  OnLost on_lost_;
  logging::Logger log_;
  std::deque<Batch> batches_;
  std::multimap<std::string, std::function<void(Status)>> steered_;  // By request, until answered.
  bool show_armed_ = false;
  bool show_again_ = false;
  bool lost_ = false;
};

struct CampaignActorState {
  static inline constexpr const char* name = "campaign";
  std::unique_ptr<CampaignRunner> runner;
};

caf::behavior CampaignActor(caf::stateful_actor<CampaignActorState>* self, CampaignPorts ports,
                            std::shared_ptr<CampaignModel> model,
                            std::shared_ptr<std::unique_ptr<CampaignWriter>> writer,
                            CampaignRunner::OnLost on_lost, logging::Logger log);

}  // namespace callfleet::dialer
