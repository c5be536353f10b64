#pragma once
// AMD settings as their message, and back into one: what is asked of the edge and what a person is
// shown are the same fields. `Message` is callfleet.common.v1.AmdSettings, which is not known here:
// the layers on both sides of the ports know protos, the ports do not.
#include <chrono>
#include <cstdint>

#include "services/dialer/domain/amd.h"

namespace callfleet::dialer {

// `set` writes milliseconds to one of its durations.
template <class Message, class SetDuration>
void WriteAmd(const AmdSettings& from, Message* to, SetDuration set) {
  using Action = decltype(to->on_machine());
  const auto ms = [](int value) { return std::chrono::milliseconds(value); };
  const auto action = [](AmdAction value) { return static_cast<Action>(value); };
  to->set_enabled(from.enabled);
  set(to->mutable_max_after_rtp(), ms(from.max_after_rtp_ms));
  set(to->mutable_silence(), ms(from.silence_ms));
  set(to->mutable_after_greeting(), ms(from.after_greeting_ms));
  set(to->mutable_longest_run(), ms(from.longest_run_ms));
  set(to->mutable_word_gap(), ms(from.word_gap_ms));
  to->set_max_words(static_cast<std::uint32_t>(from.max_words));
  to->set_min_level_dbm0(from.min_level_dbm0);
  to->set_over_floor_db(static_cast<std::uint32_t>(from.over_floor_db));
  to->set_under_peak_db(static_cast<std::uint32_t>(from.under_peak_db));
  set(to->mutable_message_silence(), ms(from.message_silence_ms));
  set(to->mutable_message_wait(), ms(from.message_wait_ms));
  set(to->mutable_agent_wait(), ms(from.agent_wait_ms));
  to->set_on_machine(action(from.on_machine));
  to->set_on_fax(action(from.on_fax));
  to->set_on_sit(action(from.on_sit));
  to->set_on_silence(action(from.on_silence));
  to->set_message(from.message);
}

}  // namespace callfleet::dialer
