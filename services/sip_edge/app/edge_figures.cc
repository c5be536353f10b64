#include "services/sip_edge/app/edge_figures.h"

#include <algorithm>
#include <chrono>
#include <limits>

namespace callfleet::sip_edge {
namespace {

// One second of packets at 20 ms: below it a leg was too short to say anything.
constexpr std::uint64_t kEnoughPackets = 50;

std::string Named(const char* name) { return std::string("callfleet_sip_edge_") + name; }

double Seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

EdgeFigures::EdgeFigures(metrics::Registry* registry, FactSink* next)
    : calls_(registry->NewCounters(
          {.name = Named("calls_total"), .help = "Calls that are over.", .labels = {"direction"}})),
      responses_(registry->NewCounters(
          {.name = Named("invite_responses_total"),
           .help = "Final responses to our INVITEs, of calls that are over; 408 where none came.",
           .labels = {"code"}})),
      post_dial_(registry->NewHistogram(Named("post_dial_seconds"),
                                        "From our INVITE to the first 18x.",
                                        {0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 20})),
      setup_(registry->NewHistogram(Named("setup_seconds"), "From our INVITE to the 200.",
                                    {0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 25, 60})),
      mos_(registry->NewHistogram(Named("leg_mos"), "Estimated MOS (G.107) of legs that are over.",
                                  {1.5, 2, 2.5, 3, 3.25, 3.5, 3.75, 4, 4.25, 4.5})),
      jitter_(registry->NewHistogram(Named("leg_jitter_seconds"),
                                     "Interarrival jitter (RFC 3550 6.4.1) of legs that are over.",
                                     {0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.04, 0.1})),
      round_trip_(registry->NewHistogram(
          Named("leg_round_trip_seconds"),
          "Round trip (RFC 3550 6.4.1) of legs that are over and whose far end sends RTCP.",
          {0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1})),
      lost_(registry->NewCounter(Named("rtp_lost_total"),
                                 "RTP packets that never came, of legs that are over.")),
      verdicts_(registry->NewCounters({.name = Named("amd_verdicts_total"),
                                       .help = "Who answered, of calls that are over.",
                                       .labels = {"verdict"}})),
      decision_(registry->NewHistogram(Named("amd_decision_seconds"),
                                       "From the answer until it was known who answered; in early "
                                       "media 0.",
                                       {0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8, 2})),
      messages_(registry->NewCounter(Named("amd_messages_total"),
                                     "Messages that were left on machines.")),
      registrations_(registry->NewGauge(Named("registrations"), "SIP users with a contact.")),
      trunk_up_(registry->NewGauges(
          {.name = Named("trunk_up"), .help = "1: the trunk answers.", .labels = {"trunk"}})),
      breaker_open_(registry->NewGauges({.name = Named("trunk_breaker_open"),
                                         .help = "1: too many faults, calls are refused.",
                                         .labels = {"trunk"}})),
      channels_(registry->NewGauges(
          {.name = Named("trunk_channels"), .help = "Calls on the trunk.", .labels = {"trunk"}})),
      next_(next) {
  for (const auto verdict : {AmdVerdict::kPerson, AmdVerdict::kMachine, AmdVerdict::kBeep,
                             AmdVerdict::kFax, AmdVerdict::kSit, AmdVerdict::kSilence}) {
    (void)verdicts_.With({std::string(Name(verdict))});  // There from the start on, at 0.
  }
}

void EdgeFigures::OnRecords(const std::vector<RecordUpdate>& updates) {
  for (const auto& update : updates) {
    if (std::ranges::find(update.changes, CallChange::kEnded) != update.changes.end()) {
      Count(*update.record);
    }
  }
  next_->OnRecords(updates);
}

void EdgeFigures::Count(const CallRecord& ended) {
  calls_.With({ended.direction == CallDirection::kInbound ? "in" : "out"}).Increment();
  for (const LegRecord& leg : ended.legs) {
    if (!leg.incoming) CountPlaced(leg);
    if (leg.answered) CountAudio(leg);
    if (leg.amd && leg.amd->decided) CountVerdict(*leg.amd);
  }
}

void EdgeFigures::CountPlaced(const LegRecord& leg) {
  if (!leg.placed) return;
  if (leg.ringing) post_dial_.Observe(Seconds(*leg.ringing - *leg.placed));
  if (leg.answered) setup_.Observe(Seconds(*leg.answered - *leg.placed));
  const int code = leg.answered ? 200 : leg.end.cause.sip_code;
  if (code != 0) responses_.With({std::to_string(code)}).Increment();
}

void EdgeFigures::CountAudio(const LegRecord& leg) {
  const MediaQuality& quality = leg.quality;
  lost_.Increment(static_cast<double>(quality.packets_lost));
  if (quality.packets_received >= kEnoughPackets) {
    mos_.Observe(quality.mos);
    jitter_.Observe(Seconds(quality.jitter));
  }
  if (quality.round_trip) round_trip_.Observe(Seconds(*quality.round_trip));
}

void EdgeFigures::CountVerdict(const AmdResult& amd) {
  verdicts_.With({std::string(Name(amd.finding.verdict))}).Increment();
  decision_.Observe(std::max(0.0, Seconds(amd.finding.after_answer)));
  if (amd.message_left) messages_.Increment();
}

void EdgeFigures::OnRegistration(const RegistrationRecord& record) {
  if (record.contacts.empty()) {
    registered_.erase(record.sip_user);
  } else {
    registered_.insert(record.sip_user);
  }
  registrations_.Set(static_cast<double>(registered_.size()));
  next_->OnRegistration(record);
}

void EdgeFigures::OnTrunk(const TrunkView& trunk) {
  const std::string& id = trunk.settings.id.str();
  trunk_up_.With({id}).Set(trunk.state == TrunkState::kDown ? 0 : 1);
  breaker_open_.With({id}).Set(trunk.state == TrunkState::kBreakerOpen ? 1 : 0);
  channels_.With({id}).Set(trunk.active_channels);
  next_->OnTrunk(trunk);
}

// A series cannot be taken back; one without a number raises no alert and draws no line.
void EdgeFigures::OnTrunkGone(const TrunkId& trunk) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  trunk_up_.With({trunk.str()}).Set(kNone);
  breaker_open_.With({trunk.str()}).Set(kNone);
  channels_.With({trunk.str()}).Set(kNone);
  next_->OnTrunkGone(trunk);
}

}  // namespace callfleet::sip_edge
