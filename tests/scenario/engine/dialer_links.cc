#include "tests/scenario/engine/dialer_links.h"

#include <utility>

#include "services/dialer/adapters/edge_convert.h"
#include "services/dialer/adapters/edge_messages.h"
#include "services/dialer/adapters/standing_orders.h"

namespace callfleet::engine {

namespace {

constexpr milliseconds kAgain{200};

bool MayHaveHappened(const Error& error) {
  return error.reason == "UNAVAILABLE" || error.reason == "DEADLINE_EXCEEDED";
}

}  // namespace

class DialerEdgeLink::Shared : public std::enable_shared_from_this<Shared> {
 public:
  Shared(House* house, LifeRef life, dialer::EdgeListener* listener)
      : house_(house), life_(std::move(life)), listener_(listener) {}

  void WatchCalls();
  void WatchTrunks();
  void Stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }
  dialer::EdgeListener* listener() { return listener_; }

  // An order to the edge, as long as it is under way.
  struct Order {
    const char* name = "";
    std::string id;
    UnitToken owner;
    std::function<Result<bool>(EdgeBoot&)> what;
    std::function<void(Status)> done;
    AttemptId call{};  // Of what places a leg.
    LegId leg{};
    agent_pool::LeaseCheck lease{};  // Of what stands on a reservation.
    bool ends = false;               // A hang-up: whoever owns the call now, it must not go on.
  };
  // Repeated until the edge itself answers, as long as it stands.
  void Command(const std::shared_ptr<const Order>& order) {
    if (!order->ends && orders_.Forgotten(order->owner)) return;
    if (!order->leg.empty() && orders_.MustWait(order->call, order->leg)) return Later(order);
    const auto lease = order->lease ? order->lease() : agent_pool::Lease::kSure;
    if (lease == agent_pool::Lease::kUnsure) return Later(order);
    if (lease == agent_pool::Lease::kLost) {
      return order->done(FailedPrecondition("TOO_LATE", "The registry has let go of the agent."));
    }
    house_->network.Request<bool>(
        life_, [house = house_] { return house->EdgeLife(); },
        [house = house_, order] {
          Result<bool> answer = order->what(*house->edge);
          house->kernel->Note(order->name,
                              answer ? order->id : order->id + " " + answer.error().reason);
          return answer;
        },
        [self = shared_from_this(), order](const Result<bool>& answer) {
          if (self->stopped_) return;
          if (answer) return order->done({});
          if (MayHaveHappened(answer.error())) return self->Later(order);
          order->done(Fail(answer.error()));
        });
  }
  // What is answered with a reply of its own.
  void Place(const char* name, const UnitToken& owner, const dialer::CommandReply& reply,
             std::function<Result<bool>(EdgeBoot&)> what, agent_pool::LeaseCheck lease = {}) {
    auto done = [this, campaign = CampaignId(owner.unit.id), reply](const Status& status) {
      dialer::CommandReply told = reply;
      if (!status) {
        told.refused = status.error().reason;
        told.retry_after = status.error().retry_after;
      }
      listener_->OnReply(campaign, std::move(told));
    };
    Command(std::make_shared<const Order>(Order{.name = name,
                                                .id = reply.leg.str(),
                                                .owner = owner,
                                                .what = std::move(what),
                                                .done = std::move(done),
                                                .call = reply.attempt,
                                                .leg = reply.leg,
                                                .lease = std::move(lease)}));
  }
  dialer::StandingOrders& orders() { return orders_; }

 private:
  void Again(void (Shared::*what)()) {
    life_->Start(kAgain, [self = shared_from_this(), what] {
      if (!self->stopped_) (self.get()->*what)();
    });
  }

  void Later(const std::shared_ptr<const Order>& order) {
    life_->Start(kAgain, [self = shared_from_this(), order] {
      if (!self->stopped_) self->Command(order);
    });
  }

  House* house_;
  LifeRef life_;
  dialer::EdgeListener* listener_;
  dialer::StandingOrders orders_;
  bool stopped_ = false;
};

void DialerEdgeLink::Shared::WatchCalls() {
  const auto self = shared_from_this();
  house_->network.Open(
      life_, [house = house_] { return house->EdgeLife(); },
      [self](std::shared_ptr<Stream> stream) {
        if (!stream) {
          self->listener_->OnDown();
          return self->Again(&Shared::WatchCalls);
        }
        stream->OnClientDown([self] {
          if (self->stopped_) return;
          self->listener_->OnDown();
          self->Again(&Shared::WatchCalls);
        });
        stream->ToServer([self, stream, house = self->house_] {
          sip_edge::CallFilter filter;
          filter.kinds = {UnitKind::kCampaign};
          house->edge->WatchCalls(stream, filter, [self](const auto& message) {
            if (!self->stopped_) dialer::Pass(*message, self->listener_);
          });
        });
      });
}

void DialerEdgeLink::Shared::WatchTrunks() {
  const auto self = shared_from_this();
  house_->network.Open(
      life_, [house = house_] { return house->EdgeLife(); },
      [self](std::shared_ptr<Stream> stream) {
        if (!stream) return self->Again(&Shared::WatchTrunks);
        stream->OnClientDown([self] {
          if (!self->stopped_) self->Again(&Shared::WatchTrunks);
        });
        stream->ToServer([self, stream, house = self->house_] {
          house->edge->WatchTrunks(stream, [self](const auto& message) {
            if (!self->stopped_) dialer::Pass(*message, self->listener_);
          });
        });
      });
}

DialerEdgeLink::DialerEdgeLink(House* house, LifeRef life, dialer::EdgeListener* listener)
    : shared_(std::make_shared<Shared>(house, std::move(life), listener)) {}
DialerEdgeLink::~DialerEdgeLink() { Stop(); }
void DialerEdgeLink::Stop() { shared_->Stop(); }
void DialerEdgeLink::Start() {
  shared_->WatchCalls();
  shared_->WatchTrunks();
}

void DialerEdgeLink::Ring(const UnitToken& unit, const dialer::RingAgent& ring,
                          agent_pool::LeaseCheck lease) {
  const dialer::CommandReply reply{.attempt = ring.line.id,
                                   .leg = ring.line.AgentLeg(),
                                   .verb = dialer::CommandVerb::kRing,
                                   .refused = {},
                                   .retry_after = {}};
  shared_->Place(
      "Ring", unit, reply,
      [request = dialer::ToRequest(unit, ring)](EdgeBoot& edge) { return edge.Ring(request); },
      std::move(lease));
}

void DialerEdgeLink::Dial(const UnitToken& unit, const dialer::Originate& originate) {
  const dialer::CommandReply reply{.attempt = originate.line.id,
                                   .leg = originate.line.CustomerLeg(),
                                   .verb = dialer::CommandVerb::kOriginate,
                                   .refused = {},
                                   .retry_after = {}};
  shared_->Place("Dial", unit, reply,
                 [request = dialer::ToRequest(unit, originate)](EdgeBoot& edge) {
                   return edge.Originate(request);
                 });
}

void DialerEdgeLink::Place(const UnitToken& unit, const dialer::PlaceTarget& place,
                           agent_pool::LeaseCheck lease) {
  const dialer::CommandReply reply{
      .attempt = place.line.id, .leg = place.line.transfer->leg, .refused = {}, .retry_after = {}};
  if (place.number.empty()) {
    shared_->Place(
        "RingTarget", unit, reply,
        [request = dialer::ToRing(unit, place)](EdgeBoot& edge) { return edge.Ring(request); },
        std::move(lease));
  } else {
    shared_->Place("DialTarget", unit, reply,
                   [request = dialer::ToOriginate(unit, place)](EdgeBoot& edge) {
                     return edge.Originate(request);
                   });
  }
}

void DialerEdgeLink::Offer(const UnitToken& unit, const dialer::OfferTalk& offer) {
  const dialer::CommandReply reply{.attempt = offer.line.id,
                                   .leg = LegId(offer.line.passing->id),
                                   .verb = dialer::CommandVerb::kOffer,
                                   .refused = {},
                                   .retry_after = {}};
  auto done = [shared = shared_.get(), campaign = CampaignId(unit.unit.id),
               reply](const Status& status) {
    if (status) return;  // What becomes of it is in the call's record.
    dialer::CommandReply told = reply;
    told.refused = status.error().reason;
    shared->listener()->OnReply(campaign, std::move(told));
  };
  shared_->Command(std::make_shared<const Shared::Order>(
      Shared::Order{.name = "Offer",
                    .id = offer.line.id.str(),
                    .owner = unit,
                    .what = [request = dialer::ToHandover(unit, offer)](
                                EdgeBoot& edge) { return edge.Handover(request); },
                    .done = std::move(done)}));
}

void DialerEdgeLink::Steer(const UnitToken& unit, const dialer::SteerEdge& steer) {
  const bool hold =
      steer.verb == dialer::CallVerb::kHold || steer.verb == dialer::CallVerb::kResume;
  std::function<Result<bool>(EdgeBoot&)> what;
  if (hold) {
    what = [request = dialer::ToHold(unit, steer)](EdgeBoot& edge) {
      return edge.SetHold(request);
    };
  } else {
    what = [request = dialer::ToSteer(unit, steer)](EdgeBoot& edge) {
      return edge.SteerTransfer(request);
    };
  }
  shared_->Command(
      std::make_shared<const Shared::Order>(Shared::Order{.name = hold ? "Hold" : "SteerTransfer",
                                                          .id = steer.line.id.str(),
                                                          .owner = unit,
                                                          .what = std::move(what),
                                                          .done = [](const Status&) {}}));
}

void DialerEdgeLink::End(const UnitToken& unit, const dialer::HangUp& hang_up) {
  const std::string what = hang_up.leg.empty() ? hang_up.line.id.str() : hang_up.leg.str();
  shared_->orders().HangUpBegins(what);
  shared_->Command(std::make_shared<const Shared::Order>(
      Shared::Order{.name = "End",
                    .id = hang_up.line.id.str() + "/" + hang_up.leg.str(),
                    .owner = unit,
                    .what = [request = dialer::ToRequest(unit, hang_up)](
                                EdgeBoot& edge) { return edge.HangUp(request); },
                    .done = [shared = shared_.get(),
                             what](const Status&) { shared->orders().HangUpAnswered(what); },
                    .ends = true}));
}

void DialerEdgeLink::Acknowledge(const UnitToken& unit, const AttemptId& call) {
  edge_v1::AcknowledgeRequest request;
  *request.mutable_context() = dialer::ContextOf(unit, call.str() + ":ack", BootId());
  request.add_call_ids(call.str());
  shared_->Command(std::make_shared<const Shared::Order>(
      Shared::Order{.name = "Acknowledge",
                    .id = call.str(),
                    .owner = unit,
                    .what = [request](EdgeBoot& edge) { return edge.Acknowledge(request); },
                    .done = [](const Status&) {}}));
}

void DialerEdgeLink::Forget(const UnitToken& campaign) { shared_->orders().Forget(campaign); }

void DialerEdgeLink::FindTrunk(const TrunkId& trunk, std::function<void(Status)> reply) {
  shared_->Command(std::make_shared<const Shared::Order>(
      Shared::Order{.name = "FindTrunk",
                    .id = trunk.str(),
                    .owner = {},
                    .what = [trunk](EdgeBoot& edge) { return edge.FindTrunk(trunk); },
                    .done = std::move(reply)}));
}

}  // namespace callfleet::engine
