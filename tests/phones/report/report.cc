#include "tests/phones/report/report.h"

#include <algorithm>
#include <cmath>

#include "tests/phones/base/clock.h"
#include "tests/phones/report/call_json.h"
#include "tests/phones/report/callers_report.h"
#include "tests/phones/report/matcher.h"

namespace callfleet::phones {
namespace {

using nlohmann::json;

// Every call with its measurements as of now.
struct Snapshot {
  std::vector<RtpStats> rtp;  // one a call of the log
  std::vector<AnsweredLeg> carriers, agents;
};

Snapshot Take(const ReportSources& s) {
  Snapshot snapshot;
  const int64_t now = NowUs();
  snapshot.rtp.reserve(s.log.calls.size());
  for (const auto& call : s.log.calls) {
    snapshot.rtp.push_back(call->leg ? s.media.Stats(call->leg) : call->rtp);
    if (call->answer_us < 0) continue;
    const bool live = call->end_us < 0;
    auto& side = call->side == Side::kAgent ? snapshot.agents : snapshot.carriers;
    side.push_back(
        {call.get(), snapshot.rtp.back(), call->answer_us, live ? now : call->end_us, live});
  }
  return snapshot;
}

json SipToJson(const EndpointStats& s) {
  return {{"requests_retransmitted", s.requests_retransmitted},
          {"retransmissions_received", s.retransmissions_received},
          {"bad_messages", s.bad_messages},
          {"request_timeouts", s.request_timeouts},
          {"messages_received", s.messages_received}};
}

json CarrierToJson(const ReportSources& s) {
  std::map<std::string, uint64_t> codes, outcomes;
  uint64_t answered = 0, cancels = 0, inbound = 0, inbound_answered = 0;
  for (const auto& call : s.log.calls) {
    if (call->side != Side::kCarrier) continue;
    if (call->outgoing) {
      ++inbound;
      inbound_answered += call->answer_us >= 0;
      continue;
    }
    answered += call->answer_us >= 0;
    cancels += call->ended_by == "cancel";
    if (call->status != 0) ++codes[std::to_string(call->status)];
    if (!call->outcome.empty()) ++outcomes[call->outcome];
  }
  return {{"port", s.carrier.endpoint().port()},
          {"invites", s.carrier.invites()},
          {"challenges", s.carrier.challenges()},
          {"answered", answered},
          {"cancels", cancels},
          {"live", s.carrier.live() + s.callers.live()},
          {"peak_concurrent", s.carrier.peak_concurrent()},
          {"by_response_code", codes},
          {"by_outcome", outcomes},
          {"inbound", {{"placed", inbound}, {"answered", inbound_answered}}},
          {"options_received", s.carrier.endpoint().options_received()},
          {"sip", SipToJson(s.carrier.endpoint().Stats())}};
}

json PhoneToJson(Phone& phone) {
  const PhoneCounts& c = phone.counts();
  json result{{"user", phone.options().user},
              {"name", phone.options().name},
              {"contact", phone.contact()},
              {"invites", c.invites},
              {"answered", c.answered},
              {"declined", c.declined},
              {"ignored", c.ignored},
              {"busy", c.busy},
              {"cancelled", c.cancelled},
              {"live", phone.live()},
              {"peak_concurrent", c.peak_concurrent},
              {"peak_offered", c.peak_offered},
              {"calls", c.answered}};
  const Registration* registration = phone.registration();
  if (!registration) return result;
  const RegistrationCounts& r = registration->counts();
  result["registered"] = registration->registered();
  result["registrations"] = r.accepted;
  result["register_attempts"] = r.attempts;
  result["register_refused"] = r.refused;
  result["register_timeouts"] = r.timeouts;
  result["register_status"] = r.last_status;
  return result;
}

json AgentsToJson(Farm& farm) {
  json agents = json::array();
  for (const auto& [user, phone] : farm.phones()) agents.push_back(PhoneToJson(*phone));
  return agents;
}

json BridgeToJson(const Bridge& b) {
  return {{"carrier_call_id", b.carrier->record->call_id},
          {"agent_call_id", b.agent->record->call_id},
          {"number", b.carrier->record->user},
          {"agent", b.agent->record->user},
          {"carrier_heard_agent", b.carrier_heard_agent},
          {"agent_heard_carrier", b.agent_heard_carrier},
          {"overlap_ms", static_cast<double>(b.overlap_us) / 1000}};
}

json AudioToJson(const Matching& m, const Snapshot& snapshot, bool list) {
  uint64_t sent = 0, received = 0;
  int64_t lost = 0;
  for (const RtpStats& s : snapshot.rtp) {
    sent += s.sent;
    received += s.received;
    lost += s.lost;
  }
  json audio{{"legs_expected", m.legs_expected},
             {"legs_heard_peer", m.legs_heard_peer},
             {"bridges", m.bridges.size()},
             {"carrier_legs_alone", m.carrier_legs_alone},
             {"packets_sent", sent},
             {"packets_received", received},
             {"packets_lost", lost}};
  // Of those, the ones whose customer had called.
  uint64_t bridges = 0, expected = 0, heard = 0;
  for (const Bridge& b : m.bridges) {
    if (!b.carrier->record->outgoing) continue;
    ++bridges;
    if (b.overlap_us < kCountsFromUs) continue;
    expected += 2;
    heard += b.carrier_heard_agent + b.agent_heard_carrier;
  }
  audio["inbound"] = {
      {"bridges", bridges}, {"legs_expected", expected}, {"legs_heard_peer", heard}};
  if (!list) return audio;
  audio["pairs"] = json::array();
  for (const Bridge& b : m.bridges) audio["pairs"].push_back(BridgeToJson(b));
  return audio;
}

json AnswerToBridge(const Matching& m, const Snapshot& snapshot) {
  std::map<const CallRecord*, bool> agent_was_first;
  for (const Bridge& b : m.bridges)
    agent_was_first[b.carrier->record] |= b.agent->from_us <= b.carrier->from_us;
  std::vector<double> all, agent_first, agent_after;
  for (const AnsweredLeg& leg : snapshot.carriers) {
    if (leg.record->outgoing || leg.rtp.first_peer_tone_us < 0) continue;
    const double ms = static_cast<double>(leg.rtp.first_peer_tone_us - leg.from_us) / 1000;
    all.push_back(ms);
    const auto it = agent_was_first.find(leg.record);
    if (it != agent_was_first.end()) (it->second ? agent_first : agent_after).push_back(ms);
  }
  json result = Distribute(all);
  result["agent_first"] = Distribute(agent_first);
  result["agent_after"] = Distribute(agent_after);
  return result;
}

json CallersToJson(const ReportSources& s, const Snapshot& snapshot) {
  // The first agent's phone that rang for a number, and the first that was answered.
  std::map<std::string, CallerStory> by_number;
  std::vector<Spell> spells;
  for (const auto& call : s.log.calls) {
    if (call->side != Side::kAgent || call->outgoing) continue;
    CallerStory& story = by_number[call->from];
    if (story.agent_invite_us < 0) story.agent_invite_us = call->invite_us;
    if (call->answer_us < 0) continue;
    ++story.agents;
    if (story.agent_answer_us < 0) story.agent_answer_us = call->answer_us;
    spells.push_back({call->user, call->invite_us, call->end_us});
  }
  std::map<const CallRecord*, int64_t> tones;
  for (const AnsweredLeg& leg : snapshot.carriers)
    if (leg.rtp.first_peer_tone_us >= 0) tones[leg.record] = leg.rtp.first_peer_tone_us;
  json waves = json::object();
  std::vector<CallerStory> all;
  for (const WaveAccount& account : s.callers.Accounts()) {
    std::vector<CallerStory> stories;
    for (const auto& record : account.records) {
      CallerStory story = by_number[record->user];
      story.caller = record.get();
      if (const auto tone = tones.find(record.get()); tone != tones.end())
        story.agent_tone_us = tone->second;
      stories.push_back(story);
    }
    all.insert(all.end(), stories.begin(), stories.end());
    waves[account.name] = WaveToJson(stories);
    waves[account.name]["not_sent"] = account.not_sent;
    waves[account.name]["arriving"] = account.running;
  }
  const IdleTimes idle = IdleBetweenCalls(spells, all, NowUs());
  return {{"waves", waves},
          {"live", s.callers.live()},
          {"agent_idle_ms", Distribute(idle.idle_ms)},
          {"agent_idle_avoidable_ms", Distribute(idle.avoidable_ms)}};
}

json FaultsToJson(const ReportSources& s, const Snapshot& snapshot) {
  std::map<std::string, uint64_t> kinds = s.log.faults;
  auto count = [&](const char* kind, uint64_t n) {
    if (n != 0) kinds[kind] += n;
  };
  const EndpointStats carrier = s.carrier.endpoint().Stats();
  const EndpointStats farm = s.farm.endpoint().Stats();
  count("retransmissions_received",
        carrier.retransmissions_received + farm.retransmissions_received);
  count("bad_messages", carrier.bad_messages + farm.bad_messages);
  count("unknown_users", s.farm.unknown_users());
  for (const AnsweredLeg& leg : snapshot.carriers)
    if (!leg.record->outgoing && leg.rtp.first_peer_tone_us >= 0 &&
        leg.rtp.first_peer_tone_us < leg.from_us)
      count("tone_before_answer", 1);
  return {{"counts", kinds}, {"texts", s.log.fault_texts}, {"dropped_calls", s.log.dropped_calls}};
}

}  // namespace

json Distribute(std::vector<double> values) {
  json result{{"count", values.size()}};
  if (values.empty()) return result;
  std::sort(values.begin(), values.end());
  auto rank = [&](double p) {
    const auto n = static_cast<size_t>(std::ceil(p * static_cast<double>(values.size())));
    return values[std::clamp<size_t>(n, 1, values.size()) - 1];
  };
  result["p50"] = rank(0.50);
  result["p90"] = rank(0.90);
  result["p99"] = rank(0.99);
  result["max"] = values.back();
  json histogram = json::object();
  double low = -1e12;
  for (double limit : {0.0, 10.0, 20.0, 30.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 1e12}) {
    const auto n = std::count_if(values.begin(), values.end(),
                                 [&](double v) { return v > low && v <= limit; });
    histogram[limit > 1e11 ? "inf" : std::to_string(static_cast<int>(limit))] = n;
    low = limit;
  }
  result["histogram_le"] = histogram;
  return result;
}

json MakeReport(const ReportSources& s, const ReportOptions& options) {
  const Snapshot snapshot = Take(s);
  const Matching matching = MatchLegs(snapshot.carriers, snapshot.agents);
  json report{
      {"seed", s.seed},
      {"elapsed_s", static_cast<double>(NowUs()) / 1e6},
      {"carrier", CarrierToJson(s)},
      {"agents", AgentsToJson(s.farm)},
      {"farm", {{"port", s.farm.endpoint().port()}, {"sip", SipToJson(s.farm.endpoint().Stats())}}},
      {"audio", AudioToJson(matching, snapshot, options.calls)},
      {"answer_to_bridge_ms", AnswerToBridge(matching, snapshot)},
      {"callers", CallersToJson(s, snapshot)},
      {"faults", FaultsToJson(s, snapshot)}};
  if (!options.calls) return report;
  report["carrier"]["calls"] = json::array();
  report["agent_calls"] = json::array();
  for (size_t i = 0; i < s.log.calls.size(); ++i) {
    const CallRecord& call = *s.log.calls[i];
    auto& list = call.side == Side::kAgent ? report["agent_calls"] : report["carrier"]["calls"];
    list.push_back(CallToJson(call, snapshot.rtp[i]));
  }
  return report;
}

}  // namespace callfleet::phones
