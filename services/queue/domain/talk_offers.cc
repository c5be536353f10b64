#include "services/queue/domain/talk_offers.h"

#include <utility>

namespace callfleet::queue {
namespace {

constexpr int kForbidden = 403;

DeclineOffer No(const CallFact& fact, std::string reason, int sip_code = 0) {
  return {.call = {.call = fact.call, .edge = fact.edge, .boot = fact.boot},
          .reason = std::move(reason),
          .sip_code = sip_code};
}

// As number_step.cc does for the customers of queues.
struct Leads {
  const CallFact& fact;
  const Decision& decision;
  const Directory& directory;

  Act operator()(const ToQueue& to) const {
    // Nobody consults a queue: there is an agent's leg to release, or nothing to pass on.
    if (fact.offer->release.empty()) return No(fact, "NUMBER_NOT_ALLOWED", kForbidden);
    if (!directory.Knows(to.queue)) return No(fact, "QUEUE_NOT_FOUND", 404);
    HandOver act{.call = {.call = fact.call, .edge = fact.edge, .boot = fact.boot},
                 .to = to.queue,
                 .with = ComingBy(*decision.route)};
    act.with.why = fact.offer->number;
    return act;
  }
  Act operator()(const ToAgent& to) const {
    DeclineOffer answer = No(fact, "LEADS_TO_AGENT");
    answer.agent = to.agent;
    return answer;
  }
  Act operator()(const ToNumber& to) const {
    DeclineOffer answer = No(fact, "LEADS_TO_NUMBER");
    answer.number = to.number.empty() ? fact.offer->number : to.number;
    answer.trunk = to.trunk;
    return answer;
  }
  Act operator()(const ToRejection& to) const {
    return No(fact, "NUMBER_NOT_ALLOWED", to.sip_code);
  }
  Act operator()(const ToUri&) const { return No(fact, "NUMBER_NOT_ALLOWED", kForbidden); }
  Act operator()(const ToAnnouncement&) const { return No(fact, "NUMBER_NOT_ALLOWED", kForbidden); }
};

}  // namespace

std::optional<Act> AnswerOffer(const CallFact& fact, const NumberPlan& plan,
                               const Directory& directory, const ZoneRules& zones, WallTime now) {
  if (fact.ended || !fact.offered || !fact.offer) return std::nullopt;
  const bool talk = !fact.offer->release.empty();
  if (fact.offered->kind == UnitKind::kQueue) {
    if (!talk || directory.Knows(QueueId(fact.offered->id))) return std::nullopt;
    return No(fact, "QUEUE_NOT_FOUND", 404);
  }
  if (fact.offered->kind != UnitKind::kRouting || fact.offer->number.empty()) return std::nullopt;
  const Decision decision = plan.Decide(fact.offer->number, zones, now);
  if (!decision.route) return No(fact, "NOT_OURS");
  return std::visit(Leads{fact, decision, directory}, decision.destination);
}

}  // namespace callfleet::queue
