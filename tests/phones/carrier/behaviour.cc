#include "tests/phones/carrier/behaviour.h"

#include <fstream>
#include <stdexcept>

namespace callfleet::phones {
namespace {

struct Preset {
  Behaviour::Kind kind;
  int status;
  int ring_status;
};

const std::map<std::string, Preset>& Presets() {
  using enum Behaviour::Kind;
  static const std::map<std::string, Preset> presets{
      {"answer", {kAnswer, 200, 180}},    {"early_answer", {kAnswer, 200, 0}},
      {"no_answer", {kRingOut, 0, 180}},  {"busy", {kRefuse, 486, 0}},
      {"declined", {kRefuse, 603, 180}},  {"invalid_number", {kRefuse, 404, 0}},
      {"unreachable", {kRefuse, 480, 0}}, {"blocked", {kRefuse, 607, 0}},
      {"trunk_fault", {kRefuse, 503, 0}}, {"refuse", {kRefuse, 403, 0}},
      {"trying", {kTrying, 0, 0}},        {"silent", {kSilent, 0, 0}}};
  return presets;
}

std::optional<Distribution> Optional(const nlohmann::json& json, const char* key) {
  if (!json.contains(key) || json.at(key).is_null()) return std::nullopt;
  return Distribution::FromJson(json.at(key));
}

// 8,000 Hz, 16 bit, little endian, without a header; at most 60 s.
std::shared_ptr<const Clip> ReadGreeting(const std::string& path) {
  constexpr size_t kMost = 60 * 8000;
  std::ifstream file(path, std::ios::binary);
  auto clip = std::make_shared<Clip>();
  for (char octets[2]; clip->size() < kMost && file.read(octets, sizeof octets);) {
    const auto low = static_cast<unsigned char>(octets[0]);
    const auto high = static_cast<unsigned char>(octets[1]);
    clip->push_back(static_cast<int16_t>(low | high << 8));
  }
  if (clip->empty()) throw std::runtime_error("behaviour: greeting: nothing to hear in " + path);
  return clip;
}

void CheckKeys(const nlohmann::json& json, std::initializer_list<const char*> known) {
  for (const auto& [key, value] : json.items()) {
    bool found = false;
    for (const char* k : known) found = found || key == k;
    if (!found) throw std::runtime_error("behaviour: unknown key " + key);
  }
}

}  // namespace

Behaviour Behaviour::FromJson(const nlohmann::json& json) {
  CheckKeys(json,
            {"do", "status", "ring", "early_media", "q850_cause", "retry_after_s", "silent_audio",
             "greeting", "pdd_ms", "ring_ms", "talk_ms", "weight", "number", "prefix", "suffix"});
  Behaviour b;
  b.name = json.value("do", "answer");
  const auto preset = Presets().find(b.name);
  if (preset == Presets().end()) throw std::runtime_error("behaviour: unknown do " + b.name);
  b.kind = preset->second.kind;
  b.status = json.value("status", preset->second.status);
  b.ring_status = json.value("ring", preset->second.ring_status);
  b.early_media = json.value("early_media", b.ring_status == 183);
  if (b.early_media && b.ring_status == 180 && !json.contains("ring")) b.ring_status = 183;
  b.q850_cause = json.value("q850_cause", 0);
  b.retry_after_s = json.value("retry_after_s", 0);
  b.silent_audio = json.value("silent_audio", false);
  if (json.contains("greeting")) b.greeting = ReadGreeting(json.at("greeting"));
  if (auto pdd = Optional(json, "pdd_ms")) b.pdd_ms = *pdd;
  b.ring_ms = Optional(json, "ring_ms");
  b.talk_ms = Optional(json, "talk_ms");
  if (b.kind == Kind::kRingOut && b.ring_ms && b.status == 0) b.status = 480;
  const bool final_status = b.status >= 300 && b.status <= 699;
  if (b.kind == Kind::kRefuse && !final_status)
    throw std::runtime_error("behaviour: status must be 300..699");
  return b;
}

Profile::Mix Profile::Mix::FromJson(const nlohmann::json& json) {
  Mix mix;
  if (!json.contains("outcomes")) {
    mix.weights = {1};
    mix.behaviours = {Behaviour::FromJson(json)};
    return mix;
  }
  double sum = 0;
  for (const auto& outcome : json.at("outcomes")) {
    mix.weights.push_back(outcome.value("weight", 1.0));
    if (mix.weights.back() < 0) throw std::runtime_error("outcomes: a weight is negative");
    sum += mix.weights.back();
    mix.behaviours.push_back(Behaviour::FromJson(outcome));
  }
  if (sum <= 0) throw std::runtime_error("outcomes: no positive weight");
  return mix;
}

const Behaviour& Profile::Mix::Draw(Rng& rng) const {
  std::discrete_distribution<size_t> by_weight(weights.begin(), weights.end());
  return behaviours[by_weight(rng)];
}

bool Profile::Rule::Matches(const std::string& dialled) const {
  if (!number.empty()) return dialled == number;
  if (!prefix.empty()) return dialled.starts_with(prefix);
  return !suffix.empty() && dialled.ends_with(suffix);
}

Profile Profile::FromJson(const nlohmann::json& json) {
  Profile profile;
  for (const auto& [key, value] : json.items()) {
    if (key == "default") {
      profile.default_mix_ = Mix::FromJson(value);
    } else if (key == "rules") {
      for (const auto& rule : value)
        profile.rules_.push_back({rule.value("number", ""), rule.value("prefix", ""),
                                  rule.value("suffix", ""), Mix::FromJson(rule)});
    } else {
      throw std::runtime_error("profile: unknown key " + key);
    }
  }
  return profile;
}

Behaviour Profile::Choose(const std::string& number, Rng& rng) const {
  for (const Rule& rule : rules_)
    if (rule.Matches(number)) return rule.mix.Draw(rng);
  return default_mix_.Draw(rng);
}

namespace {

std::string OutcomeByCause(int cause) {
  switch (cause) {
    case 17:
      return "busy";
    case 18:
    case 19:
      return "no_answer";
    case 20:
      return "unreachable";
    case 21:
      return "declined";
    case 1:
    case 22:
    case 28:
      return "invalid_number";
    case 34:
    case 38:
    case 41:
    case 42:
    case 47:
      return "trunk_fault";
    default:
      return "";
  }
}

}  // namespace

std::string OutcomeOf(int status, int q850_cause, bool rang) {
  if (status >= 200 && status < 300) return "completed";
  if (const std::string by_cause = OutcomeByCause(q850_cause); !by_cause.empty()) return by_cause;
  switch (status) {
    case 486:
    case 600:
      return "busy";
    case 480:
      return rang ? "no_answer" : "unreachable";
    case 408:
      return rang ? "no_answer" : "trunk_fault";
    case 603:
      return "declined";
    case 404:
    case 410:
    case 484:
    case 604:
      return "invalid_number";
    case 607:
    case 608:
      return "blocked";
    case 401:
    case 403:
    case 407:
    case 488:
      return "trunk_fault";
    default:
      return status >= 500 && status < 600 ? "trunk_fault" : "other";
  }
}

}  // namespace callfleet::phones
