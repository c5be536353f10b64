#include "tests/phones/report/callers_report.h"

#include <algorithm>
#include <map>

#include "tests/phones/report/report.h"

namespace callfleet::phones {
namespace {

using nlohmann::json;

// How long, up to a moment, anybody has waited.
class WaitedTime {
 public:
  WaitedTime(const std::vector<CallerStory>& callers, int64_t now_us) {
    std::map<int64_t, int> steps;
    for (const CallerStory& c : callers) {
      int64_t until = c.agent_invite_us;
      if (until < 0) until = c.caller->end_us;
      if (until < 0) until = now_us;
      ++steps[c.caller->invite_us];
      --steps[until];
    }
    int64_t sum = 0;
    int waiting = 0;
    int64_t last = 0;
    for (const auto& [at, step] : steps) {
      if (waiting > 0) sum += at - last;
      waiting += step;
      last = at;
      marks_.push_back({at, sum, waiting > 0});
    }
  }
  int64_t Until(int64_t at) const {
    auto after = std::upper_bound(marks_.begin(), marks_.end(), at,
                                  [](int64_t t, const Mark& mark) { return t < mark.at; });
    if (after == marks_.begin()) return 0;
    --after;
    return after->sum + (after->waiting ? at - after->at : 0);
  }

 private:
  struct Mark {
    int64_t at;
    int64_t sum;
    bool waiting;
  };
  std::vector<Mark> marks_;
};

double Millis(int64_t us) { return static_cast<double>(us) / 1000; }

}  // namespace

IdleTimes IdleBetweenCalls(const std::vector<Spell>& spells,
                           const std::vector<CallerStory>& callers, int64_t now_us) {
  std::map<std::string, std::vector<const Spell*>> by_agent;
  for (const Spell& spell : spells) by_agent[spell.agent].push_back(&spell);
  const WaitedTime waited(callers, now_us);
  IdleTimes result;
  for (auto& [agent, list] : by_agent) {
    std::sort(list.begin(), list.end(),
              [](const Spell* a, const Spell* b) { return a->invite_us < b->invite_us; });
    for (size_t i = 1; i < list.size(); ++i) {
      const int64_t from = list[i - 1]->end_us;
      const int64_t to = list[i]->invite_us;
      if (from < 0 || to < from) continue;  // Several calls at once: never idle.
      result.idle_ms.push_back(Millis(to - from));
      result.avoidable_ms.push_back(Millis(waited.Until(to) - waited.Until(from)));
    }
  }
  return result;
}

json WaveToJson(const std::vector<CallerStory>& callers) {
  std::map<std::string, uint64_t> refused;
  uint64_t answered = 0, with_agent = 0, abandoned = 0, lost = 0, live = 0, twice = 0;
  std::vector<double> to_answer, to_agent_invite, to_agent_answer, to_tone, gave_up;
  for (const CallerStory& c : callers) {
    const CallRecord& r = *c.caller;
    answered += r.answer_us >= 0;
    twice += c.agents > 1;
    if (r.answer_us >= 0) to_answer.push_back(Millis(r.answer_us - r.invite_us));
    if (c.agent_invite_us >= 0) to_agent_invite.push_back(Millis(c.agent_invite_us - r.invite_us));
    if (c.agent_tone_us >= 0) to_tone.push_back(Millis(c.agent_tone_us - r.invite_us));
    // A phone may still pick up while its caller's BYE is on the way.
    if (c.agent_answer_us >= 0 && (r.end_us < 0 || c.agent_answer_us <= r.end_us)) {
      ++with_agent;
      to_agent_answer.push_back(Millis(c.agent_answer_us - r.invite_us));
    } else if (r.end_us < 0) {
      ++live;
    } else if (r.ended_by == "self") {
      ++abandoned;
      gave_up.push_back(Millis(r.end_us - r.invite_us));
    } else if (r.status >= 300) {
      ++refused[std::to_string(r.status)];
    } else {
      ++lost;
    }
  }
  return {{"arrived", callers.size()},
          {"answered", answered},
          {"with_agent", with_agent},
          {"abandoned", abandoned},
          {"refused", refused},
          {"hung_up_on", lost},
          {"waiting", live},
          {"several_agents", twice},
          {"invite_to_answer_ms", Distribute(to_answer)},
          {"invite_to_agent_invite_ms", Distribute(to_agent_invite)},
          {"invite_to_agent_answer_ms", Distribute(to_agent_answer)},
          {"invite_to_agent_tone_ms", Distribute(to_tone)},
          {"gave_up_after_ms", Distribute(gave_up)}};
}

}  // namespace callfleet::phones
