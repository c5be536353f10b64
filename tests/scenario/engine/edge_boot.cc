#include "tests/scenario/engine/edge_boot.h"

#include <algorithm>
#include <utility>

namespace callfleet::engine {

using namespace std::chrono_literals;

EdgeBoot::EdgeBoot(LifeRef life, int number, FarEnds* far, EdgeTables* tables)
    : life_(std::move(life)),
      number_(number),
      far_(far),
      tables_(tables),
      name_{.edge_id = "edge", .boot_id = "boot-" + std::to_string(number)} {
  sip_edge::SwitchConfig config;
  config.boot = BootId(name_.boot_id);
  config.dial.agents = {"+1770*", "+1780*", "+1800*", "+1900*", "!+*", "!00*", "*"};
  switch_ = std::make_unique<sip_edge::CallSwitch>(config, trunks_, locations_, *this);
  switch_->KnowPrompts({"message"});
  for (const auto& trunk : tables_->trunks) trunks_.Put(trunk);
  ByeOrphans();
  life_->Start(1s, [this] { EachSecond(); });
}

EdgeBoot::~EdgeBoot() = default;

void EdgeBoot::ByeOrphans() {
  for (const auto& [far, boot] : std::exchange(tables_->dialogs, {})) far_->Bye(far);
}

void EdgeBoot::EachSecond() {
  locations_.Expire(Now().wall);
  TellTrunks();
  Settle();
  TellAlive();
  life_->Start(1s, [this] { EachSecond(); });
}

void EdgeBoot::Settle() {
  if (settling_ > 0) return;
  ++settling_;
  for (auto acts = switch_->TakeActs(); !acts.empty(); acts = switch_->TakeActs()) {
    for (const auto& act : acts) Perform(act);
  }
  --settling_;
  TellRegistrations();
  TellLater();
}

std::uint32_t EdgeBoot::EndAll() {
  const std::uint32_t calls = switch_->counts().active_calls;
  switch_->EndAll(sip_edge::EdgeReason::kDrained, Now());
  Settle();
  return calls;
}

int EdgeBoot::OnRegister(const std::string& sip_user, const std::string& contact,
                         std::uint32_t cseq) {
  if (!locations_.complete()) return 503;
  const sip_edge::Account* account = locations_.FindAccount(sip_user);
  if (account == nullptr || !account->enabled) return 403;
  sip_edge::RegisterRequest request;
  request.sip_user = sip_user;
  request.contacts.push_back({.uri = contact});
  request.expires_s = 60;
  request.source = contact;
  request.call_id = contact;
  request.cseq = cseq;
  const int code = locations_.Register(request, Now()).sip_code;
  WatchContacts(sip_user);
  Settle();
  return code;
}

void EdgeBoot::WatchContacts(const std::string& sip_user) {
  const auto record = locations_.Record(sip_user);
  if (!record) return;
  for (const auto& contact : record->contacts) {
    if (!probed_.insert(sip_user + " " + contact.uri).second) continue;
    const auto after = contact.reachable ? MonoDuration(25s)
                                         : life_->kernel().Between(milliseconds(0), seconds(1));
    life_->Start(after, [this, sip_user, uri = contact.uri] { Probe(sip_user, uri); });
  }
}

void EdgeBoot::Probe(const std::string& sip_user, const std::string& uri) {
  const auto record = locations_.Record(sip_user);
  const sip_edge::Contact* contact = nullptr;
  if (record) {
    for (const auto& c : record->contacts) {
      if (c.uri == uri) contact = &c;
    }
  }
  if (contact == nullptr) {
    probed_.erase(sip_user + " " + uri);
    return;
  }
  life_->Start(contact->reachable ? MonoDuration(25s) : MonoDuration(2s),
               [this, sip_user, uri] { Probe(sip_user, uri); });
  far_->Options(uri, [this, life = life_, sip_user, uri](bool answered) {
    life->Run([this, sip_user, uri, answered] {
      locations_.OnOptionsResult(sip_user, uri, answered);
      Settle();
    });
  });
}

}  // namespace callfleet::engine
