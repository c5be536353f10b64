#include "tests/phones/farm/farm.h"

#include <algorithm>
#include <stdexcept>

#include "tests/phones/sip/message.h"

namespace callfleet::phones {
namespace {

constexpr std::chrono::milliseconds kRegisterTick{20};

std::vector<Law> LawsFrom(const nlohmann::json& json) {
  std::vector<Law> laws;
  for (const auto& name : json) {
    if (name == "PCMU")
      laws.push_back(Law::kMu);
    else if (name == "PCMA")
      laws.push_back(Law::kA);
    else
      throw std::runtime_error("codecs: PCMU and PCMA are known");
  }
  if (laws.empty()) throw std::runtime_error("codecs: the list is empty");
  return laws;
}

}  // namespace

Farm::Farm(SipLoop& loop, MediaEngine& media, CallLog& log, FarmOptions options)
    : loop_(loop),
      options_(std::move(options)),
      endpoint_(loop, options_.endpoint,
                [this](nta_incoming_t* invite, const sip_t* sip) { return OnInvite(invite, sip); }),
      shared_{loop, media, log, endpoint_, options_.endpoint.host, options_.seed} {}

Farm::~Farm() { loop_.Cancel(register_timer_); }

PhoneOptions Farm::Merge(const nlohmann::json& json, PhoneOptions o) const {
  for (const auto& [key, value] : json.items()) {
    if (key == "user")
      o.user = value.get<std::string>();
    else if (key == "name")
      o.name = value.get<std::string>();
    else if (key == "secret")
      o.secret = value.get<std::string>();
    else if (key == "server")
      o.server = value.get<std::string>();
    else if (key == "domain")
      o.domain = value.get<std::string>();
    else if (key == "transport")
      o.tcp = value.get<std::string>() == "tcp";
    else if (key == "register")
      o.registers = value.get<bool>();
    else if (key == "own_socket")
      o.own_socket = value.get<bool>();
    else if (key == "expires_s")
      o.expires_s = value.get<int>();
    else if (key == "refresh_s")
      o.refresh_s = value.get<int>();
    else if (key == "codecs")
      o.laws = LawsFrom(value);
    else if (key == "behaviour")
      o.behaviour = PhoneBehaviour::FromJson(value, o.behaviour);
    else if (key != "count" && key != "user_prefix" && key != "first")
      throw std::runtime_error("phone: unknown key " + key);
  }
  return o;
}

void Farm::SetDefaults(const nlohmann::json& json) {
  options_.defaults = Merge(json, options_.defaults);
}

Phone& Farm::Add(const nlohmann::json& account) {
  PhoneOptions options = Merge(account, options_.defaults);
  if (options.user.empty()) throw std::runtime_error("phone: user is missing");
  if (options.registers && !options.server.starts_with("sip:"))
    throw std::runtime_error("phone " + options.user + ": server must be a sip: URI");
  if (options.name.empty()) options.name = options.user;
  auto it = phones_.find(options.name);
  if (it != phones_.end()) {
    if (it->second->live() != 0) throw std::runtime_error("phone " + options.name + ": has a call");
    phones_.erase(it);
  }
  if (phones_.size() >= kMaxPhones) throw std::runtime_error("too many phones");
  const std::string name = options.name;
  auto phone = std::make_unique<Phone>(shared_, std::move(options));
  Phone& result = *phones_.emplace(name, std::move(phone)).first->second;
  if (result.options().registers) EnqueueRegister(name);
  return result;
}

void Farm::AddMany(const nlohmann::json& json) {
  const int count = json.at("count").get<int>();
  const int first = json.value("first", 1);
  const std::string prefix = json.value("user_prefix", "agent-");
  if (count < 0) throw std::runtime_error("phones: count is negative");
  for (int i = first; i < first + count; ++i) {
    nlohmann::json account = json;
    account["user"] = prefix + std::to_string(i);
    Add(account);
  }
}

bool Farm::Remove(const std::string& user) {
  Phone* phone = Find(user);
  if (!phone) return false;
  phone->HangUpAll();
  phone->Unregister();
  return true;
}

Phone* Farm::Find(const std::string& user) {
  auto it = phones_.find(user);
  return it == phones_.end() ? nullptr : it->second.get();
}

int Farm::OnInvite(nta_incoming_t* invite, const sip_t* sip) {
  const std::string user = UserOf(sip->sip_request->rq_url);
  Phone* phone = Find(user);
  if (!phone && options_.any_user && !user.empty() && phones_.size() < kMaxPhones)
    phone = &Add({{"user", user}, {"register", false}});
  if (phone) return phone->OnInvite(invite, sip);
  ++unknown_users_;
  return 404;
}

void Farm::EnqueueRegister(const std::string& user) {
  to_register_.push_back(user);
  if (register_timer_ == 0) RegisterSome();
}

void Farm::RegisterSome() {
  register_timer_ = 0;
  // Paced, so that ten thousand phones do not overrun a socket at once.
  int budget = std::max<int>(
      1, options_.registers_per_second * static_cast<int>(kRegisterTick.count()) / 1000);
  for (; budget > 0 && !to_register_.empty(); --budget) {
    if (Phone* phone = Find(to_register_.front())) phone->Register();
    to_register_.pop_front();
  }
  if (!to_register_.empty())
    register_timer_ = loop_.After(kRegisterTick, [this] { RegisterSome(); });
}

void Farm::RegisterAll() {
  for (auto& [user, phone] : phones_)
    if (phone->options().registers) EnqueueRegister(user);
}

void Farm::StopRegistering() {
  loop_.Cancel(register_timer_);
  to_register_.clear();
}

std::vector<std::shared_ptr<Call>> Farm::LiveCalls() const {
  std::vector<std::shared_ptr<Call>> calls;
  for (const auto& [user, phone] : phones_)
    for (auto& call : phone->LiveCalls()) calls.push_back(std::move(call));
  return calls;
}

bool Farm::busy() const {
  return std::any_of(phones_.begin(), phones_.end(),
                     [](const auto& entry) { return entry.second->busy(); });
}

}  // namespace callfleet::phones
