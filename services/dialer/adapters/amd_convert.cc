#include "services/dialer/adapters/amd_convert.h"

#include "services/dialer/adapters/proto_time.h"

namespace callfleet::dialer {

void SetAmd(const AmdSettings& from, callfleet::common::v1::AmdSettings* to) {
  const auto ms = [](int value) { return std::chrono::milliseconds(value); };
  const auto action = [](AmdAction value) {
    return static_cast<callfleet::common::v1::AmdAction>(value);
  };
  to->set_enabled(from.enabled);
  SetDuration(to->mutable_max_after_rtp(), ms(from.max_after_rtp_ms));
  SetDuration(to->mutable_silence(), ms(from.silence_ms));
  SetDuration(to->mutable_after_greeting(), ms(from.after_greeting_ms));
  SetDuration(to->mutable_longest_run(), ms(from.longest_run_ms));
  SetDuration(to->mutable_word_gap(), ms(from.word_gap_ms));
  to->set_max_words(static_cast<std::uint32_t>(from.max_words));
  to->set_min_level_dbm0(from.min_level_dbm0);
  to->set_over_floor_db(static_cast<std::uint32_t>(from.over_floor_db));
  to->set_under_peak_db(static_cast<std::uint32_t>(from.under_peak_db));
  SetDuration(to->mutable_message_silence(), ms(from.message_silence_ms));
  SetDuration(to->mutable_message_wait(), ms(from.message_wait_ms));
  SetDuration(to->mutable_agent_wait(), ms(from.agent_wait_ms));
  to->set_on_machine(action(from.on_machine));
  to->set_on_fax(action(from.on_fax));
  to->set_on_sit(action(from.on_sit));
  to->set_on_silence(action(from.on_silence));
  to->set_message(from.message);
}

AmdFacts ToFacts(const callfleet::common::v1::AmdResult& amd) {
  AmdFacts facts{.verdict = static_cast<AmdVerdict>(amd.verdict()),
                 .reason = amd.reason(),
                 .action = static_cast<AmdAction>(amd.action()),
                 .after_answer = FromProto(amd.after_answer()),
                 .after_first_rtp = FromProto(amd.after_first_rtp()),
                 .message_left = amd.message_left()};
  if (amd.has_decide_time()) facts.decided = FromProto(amd.decide_time());
  if (amd.has_message_time()) facts.message = FromProto(amd.message_time());
  return facts;
}

}  // namespace callfleet::dialer
