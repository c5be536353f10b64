#include "services/agent_registry/app/pool_figures.h"

#include <algorithm>

namespace callfleet::agent_registry {
namespace {

constexpr std::array kAgentStates{"available", "busy", "wrap_up", "not_ready", "offline"};
constexpr std::array kSlotStates{"reserved", "ringing", "connected", "held", "wrap_up", "orphaned"};

std::string Named(const char* name) { return std::string("callfleet_agent_registry_") + name; }

const char* Name(OfferEnd end) {
  switch (end) {
    case OfferEnd::kAnswered:
      return "answered";
    case OfferEnd::kNoAnswer:
      return "no_answer";
    case OfferEnd::kDeclined:
      return "declined";
    case OfferEnd::kDeviceFault:
      return "device_fault";
    case OfferEnd::kWithdrawn:
      return "withdrawn";
  }
  return "?";
}

double Seconds(std::chrono::microseconds time) {
  return std::chrono::duration<double>(time).count();
}

std::size_t CountOf(const AgentBoard::Census::Counts& counts, const char* state) {
  const auto known = counts.find(state);
  return known == counts.end() ? 0 : known->second;
}

}  // namespace

PoolFigures::PoolFigures(metrics::Registry* registry)
    : agents_(registry->NewGauges({.name = Named("agents"),
                                   .help = "Agents, each once, by what they are at.",
                                   .labels = {"pool", "state"}})),
      slots_(registry->NewGauges({.name = Named("slots"),
                                  .help = "Pieces of work that agents hold, by state.",
                                  .labels = {"pool", "state"}})),
      demands_(registry->NewGauges(
          {.name = Named("demands"), .help = "Work that waits for an agent.", .labels = {"pool"}})),
      reservations_(registry->NewGauges(
          {.name = Named("reservations"), .help = "Slots that owners hold.", .labels = {"pool"}})),
      suspects_(registry->NewGauges({.name = Named("suspect_sessions"),
                                     .help = "Sessions whose last heartbeat is missing.",
                                     .labels = {"pool"}})),
      grants_(registry->NewCounters(
          {.name = Named("grants_total"), .help = "Matches made.", .labels = {"pool"}})),
      refusals_(registry->NewCounters({.name = Named("refusals_total"),
                                       .help = "Asks that an agent refused.",
                                       .labels = {"pool"}})),
      match_(registry->NewHistograms(
          {.name = Named("match_seconds"),
           .help = "From the moment when demand and agent were both there to the grant.",
           .labels = {"pool"},
           .buckets = {0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.005, 0.025,
                       0.1}})),
      offers_(registry->NewCounters(
          {.name = Named("offers_total"), .help = "Offers, by end.", .labels = {"pool", "end"}})),
      avoidable_(registry->NewHistograms(
          {.name = Named("avoidable_seconds"),
           .help = "How long an agent and a demand that fit were there for each other before the "
                   "offer.",
           .labels = {"pool"},
           .buckets = {0.0001, 0.001, 0.005, 0.01, 0.05, 0.1, 1, 10}})),
      lost_(registry->NewCounters({.name = Named("lost_seconds_total"),
                                   .help = "Agents' time that offers cost which came to nothing, "
                                           "and avoidable time.",
                                   .labels = {"pool", "cause"}})),
      repairs_(registry->NewCounters({.name = Named("repairs_total"),
                                      .help = "What was put right without a hand.",
                                      .labels = {"kind", "reason"}})) {}

JournalCounts PoolFigures::Counts() const {
  return {.on_repair =
              [repairs = repairs_](const Repair& repair) {
                repairs.With({agent_registry::Name(repair.kind), repair.reason}).Increment();
              },
          .on_offer =
              [offers = offers_, lost = lost_, avoidable = avoidable_](const PoolId& pool,
                                                                       const OfferEnded& offer) {
                const char* end = Name(offer.end);
                offers.With({pool.str(), end}).Increment();
                if (offer.end != OfferEnd::kAnswered) {
                  const auto time = std::max(offer.at, offer.began) - offer.began;
                  lost.With({pool.str(), end}).Increment(Seconds(time));
                }
                if (!offer.avoidable) return;
                avoidable.With({pool.str()}).Observe(Seconds(*offer.avoidable));
                lost.With({pool.str(), "avoidable"}).Increment(Seconds(*offer.avoidable));
              }};
}

std::function<void(const PoolId&, std::chrono::nanoseconds)> PoolFigures::MatchTimer() const {
  return [match = match_](const PoolId& pool, std::chrono::nanoseconds took) {
    match.With({pool.str()}).Observe(std::chrono::duration<double>(took).count());
  };
}

void PoolFigures::Collect(const AgentBoard& board,
                          const std::map<PoolId, std::shared_ptr<PoolStats>>& pools) const {
  const auto census = board.TakeCensus();
  for (const auto& [pool, stats] : pools) {
    const auto known = census.find(pool.str());
    const auto counts = known == census.end() ? AgentBoard::Census{} : known->second;
    for (const char* state : kAgentStates) {
      agents_.With({pool.str(), state}).Set(static_cast<double>(CountOf(counts.agents, state)));
    }
    for (const char* state : kSlotStates) {
      slots_.With({pool.str(), state}).Set(static_cast<double>(CountOf(counts.slots, state)));
    }
    demands_.With({pool.str()}).Set(static_cast<double>(stats->waiting));
    reservations_.With({pool.str()}).Set(static_cast<double>(stats->reservations));
    suspects_.With({pool.str()}).Set(static_cast<double>(stats->suspects));
    grants_.With({pool.str()}).SetTotal(static_cast<double>(stats->grants));
    refusals_.With({pool.str()}).SetTotal(static_cast<double>(stats->refusals));
  }
}

}  // namespace callfleet::agent_registry
