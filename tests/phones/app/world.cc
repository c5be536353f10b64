#include "tests/phones/app/world.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

namespace callfleet::phones {
namespace {

using nlohmann::json;

void CheckKeys(const json& object, const char* where, std::initializer_list<const char*> known) {
  if (!object.is_object()) throw std::runtime_error(std::string(where) + ": not an object");
  for (const auto& [key, value] : object.items()) {
    bool found = false;
    for (const char* k : known) found = found || key == k;
    if (!found) throw std::runtime_error(std::string(where) + ": unknown key " + key);
  }
}

EndpointOptions EndpointFrom(const json& config) {
  return {.host = config.value("bind", "127.0.0.1"), .port = config.value("port", uint16_t{0})};
}

int OptionsStatusFrom(const json& value) {
  if (value.is_number_integer()) return value.get<int>();
  if (value == "answer") return 200;
  if (value == "ignore") return 0;
  throw std::runtime_error("options: answer, ignore or a status");
}

CarrierOptions CarrierFrom(const json& config, uint64_t seed) {
  CheckKeys(config, "carrier", {"bind", "port", "auth", "profile", "options"});
  CarrierOptions options{.endpoint = EndpointFrom(config),
                         .auth = std::nullopt,
                         .profile = Profile::FromJson(config.value("profile", json::object())),
                         .seed = seed};
  if (config.contains("auth")) {
    const json& auth = config.at("auth");
    options.auth = CarrierAuth{
        .credentials = {auth.at("user").get<std::string>(), auth.at("password").get<std::string>()},
        .realm = auth.value("realm", "carrier"),
        .status = auth.value("status", 407)};
  }
  return options;
}

MediaOptions MediaFrom(const json& config, bool send_rtp) {
  CheckKeys(config, "media", {"bind", "port_min", "port_max"});
  MediaOptions options;
  options.host = config.value("bind", options.host);
  options.port_min = config.value("port_min", options.port_min);
  options.port_max = config.value("port_max", options.port_max);
  options.send_rtp = send_rtp;
  return options;
}

}  // namespace

World::World(const json& config, const WorldOptions& options) : seed_(options.seed) {
  CheckKeys(config, "config", {"callers", "carrier", "farm", "media", "seed"});
  const json farm = config.value("farm", json::object());
  const json carrier = config.value("carrier", json::object());
  CheckKeys(farm, "farm",
            {"bind", "port", "defaults", "accounts", "phones", "register_rate", "any_user"});
  media_ = std::make_unique<MediaEngine>(
      MediaFrom(config.value("media", json::object()), options.send_rtp));
  loop_.Run([&] {
    try {
      carrier_ = std::make_unique<Carrier>(loop_, *media_, log_, CarrierFrom(carrier, seed_));
      carrier_->endpoint().SetOptionsStatus(OptionsStatusFrom(carrier.value("options", "answer")));
      FarmOptions farm_options;
      farm_options.endpoint = EndpointFrom(farm);
      farm_options.registers_per_second = farm.value("register_rate", 200);
      farm_options.seed = seed_;
      farm_options.any_user = farm.value("any_user", false);
      farm_ = std::make_unique<Farm>(loop_, *media_, log_, farm_options);
      callers_ = std::make_unique<Callers>(
          loop_, *media_, log_, CallersOptions{.endpoint = carrier_->endpoint(), .seed = seed_});
      farm_->Tell(callers_.get());
      if (farm.contains("defaults")) farm_->SetDefaults(farm.at("defaults"));
      for (const json& group : farm.value("phones", json::array())) farm_->AddMany(group);
      for (const json& account : farm.value("accounts", json::array())) farm_->Add(account);
      for (const json& wave : config.value("callers", json::array())) callers_->Start(wave);
    } catch (...) {
      farm_.reset();
      callers_.reset();
      carrier_.reset();
      throw;
    }
  });
}

World::~World() {
  // First the calls, so that their last callbacks have run before their endpoints go.
  loop_.Run([] {});
  loop_.Run([this] {
    farm_.reset();
    callers_.reset();
    carrier_.reset();
  });
}

ReportSources World::Sources() { return {log_, *media_, *carrier_, *farm_, *callers_, seed_}; }

json World::Ready() {
  json ready;
  loop_.Run([&] {
    ready = {{"carrier_port", carrier_->endpoint().port()},
             {"farm_port", farm_->endpoint().port()},
             {"seed", seed_}};
  });
  return ready;
}

json World::Report(const ReportOptions& options) {
  json report;
  loop_.Run([&] { report = MakeReport(Sources(), options); });
  return report;
}

json World::Command(const std::string& verb, const json& body) {
  json result;
  loop_.Run([&] { result = OnSipThread(verb, body); });
  return result;
}

json World::OnSipThread(const std::string& verb, const json& body) {
  if (verb == "carrier/profile") {
    carrier_->SetProfile(Profile::FromJson(body));
  } else if (verb == "carrier/options") {
    carrier_->endpoint().SetOptionsStatus(OptionsStatusFrom(body.at("mode")));
  } else if (verb == "carrier/hangup") {
    carrier_->HangUpAll();
  } else if (verb == "carrier/call") {
    return PlaceCalls(body);
  } else if (verb == "callers") {
    for (const json& wave : body.is_array() ? body : json::array({body})) callers_->Start(wave);
  } else if (verb == "callers/stop") {
    callers_->Stop();
  } else if (verb == "phones") {
    for (const json& account : body.is_array() ? body : json::array({body})) {
      if (account.contains("count"))
        farm_->AddMany(account);
      else
        farm_->Add(account);
    }
    return {{"phones", farm_->phones().size()}};
  } else if (verb == "phones/register") {
    farm_->RegisterAll();
  } else if (verb == "phones/defaults") {
    farm_->SetDefaults(body);
  } else if (verb == "phone") {
    return PhoneCommand(body);
  } else {
    throw std::runtime_error("unknown command " + verb);
  }
  return json::object();
}

json World::PhoneCommand(const json& body) {
  const std::string user = body.at("user").get<std::string>();
  const std::string what = body.at("do").get<std::string>();
  Phone* phone = farm_->Find(user);
  if (!phone) throw std::runtime_error("no phone " + user);
  if (what == "vanish")
    phone->Vanish();
  else if (what == "register")
    phone->Register();
  else if (what == "unregister")
    phone->Unregister();
  else if (what == "remove")
    farm_->Remove(user);
  else if (what == "hangup")
    phone->HangUpAll();
  else if (what == "hold" || what == "resume")
    phone->HoldAll(what == "hold");
  else if (what == "behave")
    phone->SetBehaviour(PhoneBehaviour::FromJson(body.at("behaviour"), phone->options().behaviour));
  else if (what == "call")
    return {{"placed", phone->Dial(body.at("number").get<std::string>(),
                                   body.contains("talk_ms")
                                       ? std::optional(Distribution::FromJson(body.at("talk_ms")))
                                       : std::nullopt)}};
  else
    throw std::runtime_error("phone: unknown do " + what);
  return json::object();
}

json World::PlaceCalls(const json& body) {
  CheckKeys(body, "carrier/call",
            {"target", "from", "headers", "user", "password", "talk_ms", "patience_ms", "count",
             "interval_ms", "transport"});
  const std::string target = body.at("target").get<std::string>();
  if (!target.starts_with("sip:") || target.find('@') == std::string::npos)
    throw std::runtime_error("target: must be sip:number@host:port");
  const std::string from = body.value("from", "+14155559999");
  const std::string here =
      carrier_->endpoint().host() + ":" + std::to_string(carrier_->endpoint().port());
  InboundCall call;
  call.tcp = body.value("transport", "udp") == "tcp";
  call.dial = {.target = target + (call.tcp ? ";transport=tcp" : ""),
               .route = "",
               .from_uri = "sip:" + from + "@" + here,
               .to_uri = target,
               .user = from,
               .headers = body.value("headers", std::map<std::string, std::string>{}),
               .credentials = std::nullopt};
  if (body.contains("user"))
    call.dial.credentials =
        Credentials{body.at("user").get<std::string>(), body.at("password").get<std::string>()};
  if (body.contains("talk_ms")) call.talk_ms = Distribution::FromJson(body.at("talk_ms"));
  if (body.contains("patience_ms"))
    call.patience_ms = Distribution::FromJson(body.at("patience_ms"));
  const int count = body.value("count", 1);
  if (count < 1 || count > 100'000) throw std::runtime_error("count: must be 1..100000");
  PlaceNext(call, count, body.value("interval_ms", 20));
  return {{"placing", count}};
}

void World::PlaceNext(const InboundCall& call, int left, int interval_ms) {
  if (stopping_ || left == 0) return;
  if (!carrier_->Place(call)) log_.Fault("inbound_not_sent", call.dial.target);
  if (left > 1)
    loop_.After(std::chrono::milliseconds(std::max(1, interval_ms)),
                [this, call, left, interval_ms] { PlaceNext(call, left - 1, interval_ms); });
}

// A few at a time, every few milliseconds: a thousand BYEs at once overrun a UDP socket.
void World::Paced(const std::vector<std::function<void()>>& steps) {
  constexpr size_t kAtATime = 10;
  for (size_t i = 0; i < steps.size(); i += kAtATime) {
    loop_.Run([&] {
      for (size_t k = i; k < std::min(steps.size(), i + kAtATime); ++k) steps[k]();
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
  }
}

void World::WaitQuiet() {
  constexpr int kPolls = 60;  // 3 s
  for (int i = 0; i < kPolls; ++i) {
    bool busy = false;
    loop_.Run([&] { busy = farm_->busy() || carrier_->live() + callers_->live() != 0; });
    if (!busy) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

void World::Shutdown() {
  std::vector<std::function<void()>> hang_ups, unregisters;
  loop_.Run([&] {
    stopping_ = true;
    farm_->StopRegistering();
    callers_->Stop();
    for (const auto& calls : {carrier_->LiveCalls(), callers_->LiveCalls(), farm_->LiveCalls()})
      for (const auto& call : calls) hang_ups.push_back([call] { call->HangUp("shutdown"); });
    for (const auto& [user, phone] : farm_->phones())
      if (phone->registration() && phone->registration()->registered())
        unregisters.push_back([p = phone.get()] { p->Unregister(); });
  });
  Paced(hang_ups);
  // The calls hold objects of the SIP thread: they must be let go there.
  loop_.Run([&] { hang_ups.clear(); });
  Paced(unregisters);
  WaitQuiet();
}

}  // namespace callfleet::phones
