#include "tests/scenario/engine/wish_link.h"

#include <utility>

#include "tests/scenario/engine/registry_run.h"

namespace callfleet::engine {

namespace {

using agent_registry::Presence;
using Kind = queue::AgentWish::Kind;

constexpr milliseconds kWishLimit{1'800};

struct Asked {
  House* house;
  LifeRef life;
  std::function<void(Status)> reply;
  bool over = false;

  void Finish(const Status& status) {
    if (std::exchange(over, true)) return;
    life->Run([reply = reply, status] { reply(status); });
  }
};

void Serve(RegistryRun& registry, const queue::AgentWish& wish,
           std::function<void(const Result<agent_registry::AgentRecordRef>&)> done) {
  auto& desk = registry.desk();
  switch (wish.kind) {
    case Kind::kSignIn:
      return desk.SetPresence(wish.agent, Presence::kNotReady, "signed_in", std::move(done));
    case Kind::kSignOut:
      return desk.SetPresence(wish.agent, Presence::kLoggedOut, "", std::move(done));
    case Kind::kReady:
      return desk.SetPresence(wish.agent, Presence::kReady, "", std::move(done));
    case Kind::kNotReady:
      return desk.SetPresence(wish.agent, Presence::kNotReady, wish.reason, std::move(done));
    case Kind::kEndWrapUp:
      return desk.SetWrapUp(wish.agent, ReservationId(), milliseconds(0), std::move(done));
    case Kind::kMoreWrapUp:
      return desk.SetWrapUp(wish.agent, ReservationId(), wish.wrap_up, std::move(done));
  }
}

}  // namespace

void AskRegistry(House* house, const LifeRef& life, const queue::AgentWish& wish,
                 std::function<void(Status)> reply) {
  const auto asked = std::make_shared<Asked>(Asked{house, life, std::move(reply)});
  house->kernel->After(kWishLimit, "deadline", [asked] {
    asked->Finish(Unavailable("UNAVAILABLE", "The registry does not answer."));
  });
  house->kernel->After(house->network.Delay(), "wish", [asked, wish] {
    House* there = asked->house;
    const LifeRef to = there->RegistryLife();
    if (!to || Apart(asked->life->host(), to->host())) return;
    to->Run([asked, there, wish, to] {
      if (there->registry == nullptr || there->registry->life() != to) return;
      Serve(*there->registry, wish, [asked, there, to](const auto& result) {
        const Status status = result ? Status() : Status(Fail(result.error()));
        there->kernel->After(there->network.Delay(), "wish answered", [asked, to, status] {
          if (!Apart(asked->life->host(), to->host())) asked->Finish(status);
        });
      });
    });
  });
}

}  // namespace callfleet::engine
