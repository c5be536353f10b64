// What callers hear while they wait.
#include <algorithm>
#include <utility>

#include "services/queue/domain/queue_stepper.h"

namespace callfleet::queue {
namespace {

using std::chrono::milliseconds;

std::string WaitPrompt(const WaitRange& range) {
  static constexpr std::pair<int, const char*> kRanges[] = {{1, "wait-0-1"},    {2, "wait-1-2"},
                                                            {5, "wait-2-5"},    {10, "wait-5-10"},
                                                            {20, "wait-10-20"}, {30, "wait-20-30"}};
  // The upper half decides: who is told too little is angry.
  const auto middle = (range.low + range.high) / 2;
  for (const auto& [minutes, name] : kRanges) {
    if (middle < std::chrono::minutes(minutes)) return name;
  }
  return "wait-30";
}

}  // namespace

HeardSound QueueStepper::Music(const Ticket& ticket) const {
  const auto& music = settings().sound.music;
  if (music.empty() || ticket.plain_sound) {
    return {.tone = HeardSound::Tone::kRingback, .loop = true};
  }
  return {.prompts = {music}, .loop = true};
}

void QueueStepper::PlayMusic(Ticket& ticket) {
  if (ticket.call.empty() || ticket.IsCallback()) return;
  out_.Urgent(PlaySound{.call = RefOf(ticket), .leg = ticket.customer_leg, .sound = Music(ticket)});
}

void QueueStepper::ArmAnnouncement(Ticket& ticket, bool first) {
  const auto& sound = settings().sound;
  const bool says = sound.position || sound.expected_wait || !sound.prompt.empty();
  if (!says || sound.period == milliseconds(0)) return;
  const bool early = first && sound.first_announcement > milliseconds(0);
  After(early ? sound.first_announcement : sound.period, TimerKind::kNextSound, ticket.id);
}

std::vector<std::string> QueueStepper::Announcement(const Ticket& ticket) const {
  const auto& sound = settings().sound;
  std::vector<std::string> prompts;
  if (!sound.prompt.empty()) prompts.push_back(sound.prompt);
  const int place = PlaceOf(m_, ticket);
  if (sound.position && place > 0) {
    // The edge speaks a name of digits that is no prompt digit by digit.
    prompts.push_back(sound.prefix + "position");
    prompts.push_back(std::to_string(std::min(place, 999'999)));
  }
  if (sound.expected_wait && place > 0) {
    if (const auto range = ExpectedWait(m_, place, now_)) {
      prompts.push_back(sound.prefix + WaitPrompt(*range));
    }
  }
  return prompts;
}

void QueueStepper::NextSound(Ticket& ticket) {
  if (!ticket.saying_goodbye.empty()) return SayGoodbye(ticket);
  const bool waits = ticket.state == TicketState::kWaiting || ticket.state == TicketState::kOffered;
  if (!waits || ticket.IsCallback() || ticket.plain_sound) return;
  auto prompts = Announcement(ticket);
  // A phone that rings may be answered just now: then the edge refuses, and talk goes first.
  if (!prompts.empty()) {
    out_.Urgent(PlaySound{.call = RefOf(ticket),
                          .leg = ticket.customer_leg,
                          .sound = {.prompts = std::move(prompts)},
                          .then = Music(ticket)});
  }
  ArmAnnouncement(ticket, false);
}

}  // namespace callfleet::queue
