#include "tests/scenario/engine/pool_link.h"

#include <utility>

#include "common/agent_pool_link/convert.h"
#include "tests/scenario/engine/registry_run.h"

namespace callfleet::engine {

namespace {
constexpr milliseconds kOpenAgain{200};
}

class PoolLinkRun::Shared : public std::enable_shared_from_this<Shared> {
 public:
  Shared(House* house, LifeRef life, PoolId pool, std::string owner,
         std::shared_ptr<agent_pool::PoolLinkListener> listener)
      : house_(house),
        life_(std::move(life)),
        pool_(std::move(pool)),
        owner_(std::move(owner)),
        listener_(std::move(listener)) {}

  void Open() {
    const auto self = shared_from_this();
    house_->network.Open(
        life_, [house = house_] { return house->RegistryLife(); },
        [self](const std::shared_ptr<Stream>& stream) { self->Opened(stream); });
  }
  void Write(const std::vector<agent_pool::Message>& messages) {
    if (!stream_) return;
    for (const auto& message : messages) {
      auto request = std::make_shared<const registry_v1::SessionRequest>(
          agent_pool::ToRequest(message, pool_, owner_));
      stream_->ToServer([reading = reading_, request] { reading->OnMessage(*request); });
    }
  }
  void Stop() {
    listener_ = nullptr;
    if (!stream_ || !life_->alive()) return;  // What kill -9 ends is the network's to tell.
    const auto hears = stream_->Cut() ? house_->kernel->Between(seconds(10), seconds(15))
                                      : house_->network.Delay();
    stream_->Break(MonoDuration(0), hears);
  }

 private:
  void Opened(const std::shared_ptr<Stream>& stream) {
    if (!listener_) return;
    if (!stream) {
      listener_->OnInput(agent_pool::LinkDown{});
      return Again();
    }
    const auto self = shared_from_this();
    stream_ = stream;
    reading_ = house_->registry->OpenSession(stream, [self, stream](const auto& response) {
      if (!self->listener_ || self->stream_ != stream) return;
      if (auto input = agent_pool::ToInput(response)) self->listener_->OnInput(std::move(*input));
    });
    stream->OnClientDown([self, stream] {
      if (self->stream_ == stream) self->stream_ = nullptr;
      if (!self->listener_) return;
      self->listener_->OnInput(agent_pool::LinkDown{});
      self->Again();
    });
    listener_->OnInput(agent_pool::LinkUp{});
  }
  void Again() {
    life_->Start(kOpenAgain, [self = shared_from_this()] {
      if (self->listener_) self->Open();
    });
  }

  House* house_;
  LifeRef life_;
  PoolId pool_;
  std::string owner_;
  std::shared_ptr<agent_pool::PoolLinkListener> listener_;
  std::shared_ptr<Stream> stream_;
  std::shared_ptr<RegistryRun::Session> reading_;
};

PoolLinkRun::PoolLinkRun(House* house, LifeRef life, PoolId pool, std::string owner,
                         std::shared_ptr<agent_pool::PoolLinkListener> listener)
    : shared_(std::make_shared<Shared>(house, std::move(life), std::move(pool), std::move(owner),
                                       std::move(listener))) {
  shared_->Open();
}
PoolLinkRun::~PoolLinkRun() { shared_->Stop(); }
void PoolLinkRun::Write(std::vector<agent_pool::Message> messages) { shared_->Write(messages); }

}  // namespace callfleet::engine
