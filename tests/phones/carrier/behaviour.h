#pragma once
// What the carrier does with a call, drawn from a profile by number, attempt and seed.
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/phones/base/distribution.h"
#include "tests/phones/media/rtp_leg.h"

namespace callfleet::phones {

struct Behaviour {
  enum class Kind {
    kAnswer,   // 18x (or none), ring, 200
    kRingOut,  // 18x, then `status` after ring_ms, or rings until CANCEL
    kRefuse,   // `status`, after pdd_ms and, with `ring`, after ringing
    kTrying,   // 100 and nothing more
    kSilent    // no response at all
  };
  Kind kind = Kind::kAnswer;
  std::string name = "answer";
  int ring_status = 180;  // 0: none (an early answer); 183: with early media if early_media
  bool early_media = false;
  int status = 0;
  int q850_cause = 0;
  int retry_after_s = 0;
  bool silent_audio = false;                         // answered, but no tone
  std::shared_ptr<const Clip> greeting;              // heard first, from the 200 on
  Distribution pdd_ms = Distribution::Constant(20);  // INVITE to 18x or refusal
  std::optional<Distribution> ring_ms;               // 18x to final
  std::optional<Distribution> talk_ms;               // 200 to our BYE; none: the peer hangs up

  static Behaviour FromJson(const nlohmann::json& json);
};

class Profile {
 public:
  // {"default": Mix, "rules": [{"number"|"prefix"|"suffix": "...", ...Mix}]}; a Mix is one
  // behaviour, or {"outcomes": [{"weight": w, ...behaviour}]}. Throws std::runtime_error.
  static Profile FromJson(const nlohmann::json& json);
  Behaviour Choose(const std::string& number, Rng& rng) const;

 private:
  struct Mix {
    std::vector<double> weights;
    std::vector<Behaviour> behaviours;
    static Mix FromJson(const nlohmann::json& json);
    const Behaviour& Draw(Rng& rng) const;
  };
  struct Rule {
    std::string number, prefix, suffix;
    Mix mix;
    bool Matches(const std::string& dialled) const;
  };
  Mix default_mix_{{1}, {Behaviour{}}};
  std::vector<Rule> rules_;  // The first that matches counts.
};

// The cause of an attempt by Q.850, else by SIP status, as a dialler would class it.
std::string OutcomeOf(int status, int q850_cause, bool rang);

}  // namespace callfleet::phones
