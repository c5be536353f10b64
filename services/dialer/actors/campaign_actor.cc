#include "services/dialer/actors/campaign_actor.h"

#include <utility>

namespace callfleet::dialer {

using namespace std::chrono_literals;

namespace {
constexpr auto kShowInterval = 200ms;
constexpr auto kSubmitAgain = 100ms;
// Batches that may wait for a writer that is full; beyond it the campaign is read anew.
constexpr std::size_t kMaxBatches = 10'000;

Error WrongState(const CampaignModel& model) {
  return Error{.code = ErrorCode::kFailedPrecondition,
               .reason = "WRONG_STATE",
               .message = "The campaign's state does not allow this.",
               .metadata = {{"state", std::string(CampaignMachine::Name(model.state))}}};
}
}  // namespace

CampaignRunner::CampaignRunner(caf::event_based_actor* self, CampaignPorts ports,
                               CampaignModel model, std::unique_ptr<CampaignWriter> writer,
                               OnLost on_lost, logging::Logger log)
    : self_(self),
      ports_(ports),
      model_(std::move(model)),
      writer_(std::move(writer)),
      on_lost_(std::move(on_lost)),
      log_(std::move(log)) {}

caf::actor CampaignRunner::me() const { return caf::actor_cast<caf::actor>(self_); }

void CampaignRunner::On(EventMessage& message) {
  if (!lost_) Handle(message.event);
}

void CampaignRunner::On(SteerMessage& message) {
  if (lost_) {
    return message.reply(Unavailable("CAMPAIGN_LOADING", "The campaign is read anew; try again."));
  }
  steered_.emplace(message.steer.request, message.reply);
  Handle(message.steer);
}

void CampaignRunner::On(ViewMessage& message) { message.reply(ViewOf(model_)); }

void CampaignRunner::On(ClosingMessage& message) {
  if (lost_) return;
  // With calls under way the reservations stay: the registry keeps them for the successor.
  Handle(Closing{}, [this, closed = message.closed] {
    if (model_.lines.empty()) ports_.pool->Leave(unit().unit);
  });
}

void CampaignRunner::On(VerbMessage& message) {
  if (lost_) {
    message.reply(Unavailable("CAMPAIGN_LOADING", "The campaign is read anew; try again."));
    return;
  }
  const bool busy = message.verb == CampaignEvent::kDelete && !model_.lines.empty();
  if (busy) {
    message.reply(FailedPrecondition("CAMPAIGN_ACTIVE", "The campaign has live calls."));
    return;
  }
  if (!Allows(model_, message.verb)) {
    message.reply(Fail(WrongState(model_)));
    return;
  }
  auto& counters = model_.counters;
  if (message.verb == CampaignEvent::kStart &&
      counters.Leads(LeadState::kQueued) + counters.Leads(LeadState::kWaiting) == 0) {
    message.reply(FailedPrecondition("NO_LEADS", "The campaign has no lead left to call."));
    return;
  }
  Handle(Verb{message.verb}, [this, reply = message.reply] { reply(ViewOf(model_)); });
}

void CampaignRunner::Handle(const Event& event, std::function<void()> answer) {
  Step step = Apply(model_, event, ports_.clock->Now(), *ports_.zones);
  Batch batch;
  batch.answer = std::move(answer);
  for (const auto& write : step.writes) {
    if (const auto* news = std::get_if<News>(&write)) batch.news.push_back(*news);
  }
  batch.writes = std::move(step.writes);
  for (auto& act : step.acts) {
    if (act.durable) {
      batch.acts.push_back(std::move(act.action));
    } else {
      Perform(act.action);
    }
  }
  if (!batch.writes.empty() || !batch.acts.empty() || batch.answer) {
    batches_.push_back(std::move(batch));
    SubmitWaiting();
    ReleaseCommitted();
  }
  if (model_.fenced && !lost_) {
    // Heard from the registry or the edge. The database says it too, and there it is told.
    (void)writer_->Submit({}, [](const Status&) {});
    Lose(Error{.code = ErrorCode::kAborted,
               .reason = "FENCED",
               .message = "Another process owns the campaign."});
    return;
  }
  Show();
}

void CampaignRunner::SubmitWaiting() {
  for (Batch& batch : batches_) {
    if (batch.submitted) continue;
    if (batch.writes.empty()) {
      batch.submitted = batch.committed = true;
      continue;
    }
    const Status taken = writer_->Submit(batch.writes, [me = me()](Status status) {
      caf::anon_send(me, CommittedMessage{std::move(status)});
    });
    if (taken) {
      batch.submitted = true;
      batch.writes.clear();
      continue;
    }
    if (taken.error().reason != "WRITER_FULL" || batches_.size() > kMaxBatches) {
      Lose(taken.error());
      return;
    }
    ports_.timers->Start(kSubmitAgain, [me = me()] { caf::anon_send(me, SubmitAgainMessage{}); });
    return;
  }
}

void CampaignRunner::On(SubmitAgainMessage&) {
  if (lost_) return;
  SubmitWaiting();
  ReleaseCommitted();
}

void CampaignRunner::On(CommittedMessage& message) {
  if (lost_) return;
  if (!message.status) {
    Lose(message.status.error());
    return;
  }
  for (Batch& batch : batches_) {
    if (batch.committed) continue;
    batch.committed = true;  // Done comes in order of submission.
    break;
  }
  ReleaseCommitted();
}

void CampaignRunner::ReleaseCommitted() {
  while (!lost_ && !batches_.empty() && batches_.front().committed) {
    Batch batch = std::move(batches_.front());
    batches_.pop_front();
    for (const auto& act : batch.acts) Perform(act);
    for (const auto& news : batch.news)
      ports_.watchers->OnNews(model_.id, model_.settings.trunk, news);
    if (batch.answer) batch.answer();
  }
}

void CampaignRunner::Lose(const Error& error) {
  lost_ = true;
  log_.Warn("campaign lost its writes, it is read anew",
            {{"campaign_id", model_.id}, {"reason", error.reason}, {"error", error.message}});
  batches_.clear();
  if (error.reason == "FENCED") {
    // This owner may write no event of it any more.
    ports_.watchers->OnNews(model_.id, model_.settings.trunk,
                            News{.kind = NewsKind::kRepair,
                                 .at = ports_.clock->Now().wall,
                                 .state = model_.state,
                                 .repair = RepairKind::kFenced,
                                 .reason = "newer_owner"});
  }
  on_lost_(model_.id, error);
  self_->quit();
}

void CampaignRunner::Show() {
  if (show_armed_) {
    show_again_ = true;
    return;
  }
  show_armed_ = true;
  show_again_ = false;
  ports_.watchers->OnView(ViewOf(model_));
  ports_.timers->Start(kShowInterval, [me = me()] { caf::anon_send(me, ShowMessage{}); });
}

void CampaignRunner::On(ShowMessage&) {
  show_armed_ = false;
  if (show_again_ && !lost_) Show();
}

caf::behavior CampaignActor(caf::stateful_actor<CampaignActorState>* self, CampaignPorts ports,
                            std::shared_ptr<CampaignModel> model,
                            std::shared_ptr<std::unique_ptr<CampaignWriter>> writer,
                            CampaignRunner::OnLost on_lost, logging::Logger log) {
  self->state.runner = std::make_unique<CampaignRunner>(
      self, ports, std::move(*model), std::move(*writer), std::move(on_lost), std::move(log));
  auto* runner = self->state.runner.get();
  return {
      [runner](EventMessage& message) { runner->On(message); },
      [runner](VerbMessage& message) { runner->On(message); },
      [runner](ViewMessage& message) { runner->On(message); },
      [runner](ClosingMessage& message) { runner->On(message); },
      [runner](SteerMessage& message) { runner->On(message); },
      [runner](CommittedMessage& message) { runner->On(message); },
      [runner](SubmitAgainMessage& message) { runner->On(message); },
      [runner](ShowMessage& message) { runner->On(message); },
  };
}

}  // namespace callfleet::dialer
