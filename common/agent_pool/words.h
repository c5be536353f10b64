#pragma once
// What owners of work and the pool's matchmaker say about agents: the same for callers and leads.
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/clock/clock.h"
#include "common/ids/ids.h"

namespace callfleet::agent_pool {

// How an agent's phone is reached.
enum class LineMode : std::uint8_t { kRing, kAuto, kDedicated };

// An agent as granted or seized.
struct AgentOffer {
  ReservationId reservation{};
  AgentId agent{};
  std::string agent_name{};
  LineMode line_mode = LineMode::kRing;
  EdgeId edge{};                // Can ring it: the demand's, where that names one.
  std::vector<EdgeId> edges{};  // All that can, where the demand names none and there is a choice.
  std::string sip_user{};       // One of these three says where to ring.
  std::string contact_uri{};
  LegId dedicated_leg{};
  std::optional<std::chrono::milliseconds> wrap_up{};  // Its own; none: the registry did not say.
};

// Ready members whom one edge can ring; who is at several counts at each.
struct EdgeAudience {
  int ready = 0;
  int available = 0;  // With a free slot.
  int instant = 0;    // Of these: may get a call that a person has answered already.
  friend bool operator==(const EdgeAudience&, const EdgeAudience&) = default;
};

// Who could serve.
struct Audience {
  int members = 0;  // Active.
  int ready = 0;
  int available = 0;  // Ready with a free slot.
  int instant = 0;    // Active and answering at once.
  // Edges with somebody ready. Empty id: whom no edge can ring at the moment, though they may be
  // back in a second (an edge that has restarted, a phone that registers anew).
  std::map<EdgeId, EdgeAudience> at{};
  friend bool operator==(const Audience&, const Audience&) = default;
};

enum class OfferEnd : std::uint8_t { kAnswered, kNoAnswer, kDeclined, kDeviceFault, kWithdrawn };

// Numbered as in the proto.
enum class Strategy : std::uint8_t {
  kLeastBusy = 1,
  kLongestIdle = 2,
  kRoundRobin = 3,
  kFewestCalls = 4,
  kLeastTalkTime = 5,
  kRandom = 6,
  kSequential = 7,
  kSkillLevel = 8,
  kRingAll = 9,
};
enum class DemandClass : std::uint8_t { kWaiting, kAnswered, kAgentFirst };

struct SkillNeed {
  std::string name{};           // 1 to 64 characters.
  std::uint32_t min_level = 1;  // 1 to 10.
};

// A reservation as its owner holds it.
struct HeldReservation {
  ReservationId reservation{};
  AgentId agent{};
  DemandId demand{};
  CallId call{};
  LegId leg{};  // Empty: not known yet.
};

// --- What a unit wants.

struct SendDemand {
  DemandId demand{};
  std::uint64_t revision = 0;
  DemandClass demand_class = DemandClass::kWaiting;
  std::vector<SkillNeed> skills{};
  Strategy strategy = Strategy::kLeastBusy;
  std::chrono::milliseconds bonus{0};
  WallTime since{};
  std::optional<std::chrono::milliseconds> time_left{};
  bool instant_only = false;
  AgentId sticky{};
  std::chrono::milliseconds sticky_patience{0};
  CallId call{};
  EdgeId edge{};  // Must be able to ring the agent; empty: any.
};
struct CancelDemand {
  DemandId demand{};
};
// Grant 0: of a seized agent, once its leg is known.
struct TakeGrant {
  std::uint64_t grant = 0;
  DemandId demand{};
  std::vector<HeldReservation> held{};
};
struct ReturnGrant {
  std::uint64_t grant = 0;
};
struct ReportOffer {
  ReservationId reservation{};
  OfferEnd end = OfferEnd::kWithdrawn;
};
struct CompleteWork {
  ReservationId reservation{};
  std::string outcome{};
  std::chrono::milliseconds talk{0};
  std::optional<std::chrono::milliseconds> wrap_up{};
};
// An agent past all matching.
struct SeizeAgent {
  std::string seize{};  // Unique.
  AgentId agent{};      // Id, name or SIP user.
  bool override_rules = false;
  DemandId demand{};
  CallId call{};
  EdgeId edge{};  // As with a demand.
};
using Wish = std::variant<SendDemand, CancelDemand, TakeGrant, ReturnGrant, ReportOffer,
                          CompleteWork, SeizeAgent>;

// --- What a unit hears.

struct SessionChanged {
  bool ready = false;
};
struct AudienceChanged {
  Audience audience{};
};
struct Granted {
  DemandId demand{};
  std::uint64_t grant = 0;  // A handle of the session's.
  std::uint64_t revision = 0;
  std::vector<AgentOffer> offers{};  // One or more.
};
struct DemandClosed {
  DemandId demand{};
  // Why it is not taken as it is: the same again would be refused again. Empty: it was taken, and
  // has ended there.
  std::string refused{};
};
// It may not be acted on any more, but for a talk that its leg proves.
struct ReservationLost {
  ReservationId reservation{};
};
struct Seized {
  SeizeAgent asked{};
  std::optional<AgentOffer> offer{};
  std::string refused{};  // Reason where there is none.
};
// Another process owns the unit: nothing is done any more.
struct Fenced {};
using Event = std::variant<SessionChanged, AudienceChanged, Granted, DemandClosed, ReservationLost,
                           Seized, Fenced>;

// The reason of a Seized that the registry was not there to answer.
inline constexpr const char* kRegistryAway = "REGISTRY_UNAVAILABLE";

}  // namespace callfleet::agent_pool
