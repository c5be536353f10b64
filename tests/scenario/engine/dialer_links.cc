#include "tests/scenario/engine/dialer_links.h"

#include <utility>

#include "services/dialer/adapters/edge_convert.h"
#include "services/dialer/adapters/edge_messages.h"
#include "services/dialer/adapters/pool_convert.h"
#include "tests/scenario/engine/registry_run.h"

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

  // Repeated until the edge itself answers.
  void Command(const char* name, const std::string& id, std::function<Result<bool>(EdgeBoot&)> what,
               std::function<void(Status)> done) {
    const auto self = shared_from_this();
    house_->network.Request<bool>(
        life_, [house = house_] { return house->EdgeLife(); },
        [house = house_, name, id, what] {
          Result<bool> answer = what(*house->edge);
          house->kernel->Note(name, id + (answer ? "" : " " + answer.error().reason));
          return answer;
        },
        [self, name, id, what, done](Result<bool> answer) {
          if (self->stopped_) return;
          if (answer) return done({});
          if (!MayHaveHappened(answer.error())) return done(Fail(answer.error()));
          self->life_->Start(kAgain, [self, name, id, what, done] {
            if (!self->stopped_) self->Command(name, id, what, done);
          });
        });
  }

 private:
  void Again(void (Shared::*what)()) {
    life_->Start(kAgain, [self = shared_from_this(), what] {
      if (!self->stopped_) (self.get()->*what)();
    });
  }

  House* house_;
  LifeRef life_;
  dialer::EdgeListener* listener_;
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

void DialerEdgeLink::Ring(const UnitToken& unit, const dialer::RingAgent& ring) {
  dialer::CommandReply reply{.attempt = ring.line.id,
                             .leg = ring.line.AgentLeg(),
                             .verb = dialer::CommandVerb::kRing,
                             .refused = {},
                             .retry_after = {}};
  const auto request = std::make_shared<const edge_v1::RingRequest>(dialer::ToRequest(unit, ring));
  shared_->Command(
      "Ring", ring.line.AgentLeg().str(), [request](EdgeBoot& edge) { return edge.Ring(*request); },
      [shared = shared_.get(), campaign = CampaignId(unit.unit.id),
       reply](const Status& status) mutable {
        if (!status) {
          reply.refused = status.error().reason;
          reply.retry_after = status.error().retry_after;
        }
        shared->listener()->OnReply(campaign, reply);
      });
}

void DialerEdgeLink::Dial(const UnitToken& unit, const dialer::Originate& originate) {
  dialer::CommandReply reply{.attempt = originate.line.id,
                             .leg = originate.line.CustomerLeg(),
                             .verb = dialer::CommandVerb::kOriginate,
                             .refused = {},
                             .retry_after = {}};
  const auto request =
      std::make_shared<const edge_v1::OriginateRequest>(dialer::ToRequest(unit, originate));
  shared_->Command(
      "Dial", originate.line.CustomerLeg().str(),
      [request](EdgeBoot& edge) { return edge.Originate(*request); },
      [shared = shared_.get(), campaign = CampaignId(unit.unit.id),
       reply](const Status& status) mutable {
        if (!status) {
          reply.refused = status.error().reason;
          reply.retry_after = status.error().retry_after;
        }
        shared->listener()->OnReply(campaign, reply);
      });
}

void DialerEdgeLink::End(const UnitToken& unit, const dialer::HangUp& hang_up) {
  const auto request =
      std::make_shared<const edge_v1::HangUpRequest>(dialer::ToRequest(unit, hang_up));
  shared_->Command(
      "End", hang_up.line.id.str() + "/" + hang_up.leg.str(),
      [request](EdgeBoot& edge) { return edge.HangUp(*request); }, [](const Status&) {});
}

void DialerEdgeLink::Acknowledge(const UnitToken& unit, const AttemptId& call) {
  auto request = std::make_shared<edge_v1::AcknowledgeRequest>();
  *request->mutable_context() = dialer::ContextOf(unit, call.str() + ":ack", BootId());
  request->add_call_ids(call.str());
  shared_->Command(
      "Acknowledge", call.str(), [request](EdgeBoot& edge) { return edge.Acknowledge(*request); },
      [](const Status&) {});
}

void DialerEdgeLink::FindTrunk(const TrunkId& trunk, std::function<void(Status)> reply) {
  shared_->Command(
      "FindTrunk", trunk.str(), [trunk](EdgeBoot& edge) { return edge.FindTrunk(trunk); },
      std::move(reply));
}

// --- The session with the pool

class DialerPoolLink::Shared : public std::enable_shared_from_this<Shared> {
 public:
  Shared(House* house, LifeRef life, PoolId pool,
         std::shared_ptr<dialer::PoolLinkListener> listener)
      : house_(house),
        life_(std::move(life)),
        pool_(std::move(pool)),
        listener_(std::move(listener)) {}

  void Open() {
    const auto self = shared_from_this();
    house_->network.Open(
        life_, [house = house_] { return house->RegistryLife(); },
        [self](const std::shared_ptr<Stream>& stream) { self->Opened(stream); });
  }
  void Write(const std::vector<dialer::PoolMessage>& messages) {
    if (!stream_) return;
    for (const auto& message : messages) {
      auto request = std::make_shared<const registry_v1::SessionRequest>(
          dialer::ToRequest(message, pool_, "dialer"));
      stream_->ToServer([reading = reading_, request] { reading->OnMessage(*request); });
    }
  }
  void Stop() { listener_ = nullptr; }

 private:
  void Opened(const std::shared_ptr<Stream>& stream) {
    if (!listener_) return;
    if (!stream) {
      listener_->OnInput(dialer::LinkDown{});
      return Again();
    }
    const auto self = shared_from_this();
    stream_ = stream;
    reading_ = house_->registry->OpenSession(stream, [self, stream](const auto& response) {
      if (!self->listener_ || self->stream_ != stream) return;
      if (auto input = dialer::ToInput(response)) self->listener_->OnInput(std::move(*input));
    });
    stream->OnClientDown([self, stream] {
      if (self->stream_ == stream) self->stream_ = nullptr;
      if (!self->listener_) return;
      self->listener_->OnInput(dialer::LinkDown{});
      self->Again();
    });
    listener_->OnInput(dialer::LinkUp{});
  }
  void Again() {
    life_->Start(kAgain, [self = shared_from_this()] {
      if (self->listener_) self->Open();
    });
  }

  House* house_;
  LifeRef life_;
  PoolId pool_;
  std::shared_ptr<dialer::PoolLinkListener> listener_;
  std::shared_ptr<Stream> stream_;
  std::shared_ptr<RegistryRun::Session> reading_;
};

DialerPoolLink::DialerPoolLink(House* house, LifeRef life, PoolId pool,
                               std::shared_ptr<dialer::PoolLinkListener> listener)
    : shared_(
          std::make_shared<Shared>(house, std::move(life), std::move(pool), std::move(listener))) {
  shared_->Open();
}
DialerPoolLink::~DialerPoolLink() { shared_->Stop(); }
void DialerPoolLink::Write(std::vector<dialer::PoolMessage> messages) { shared_->Write(messages); }

}  // namespace callfleet::engine
