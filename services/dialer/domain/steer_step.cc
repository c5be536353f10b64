// Calls in progress: hold, transfer, consultation, conference, by people over the API and by the
// agent's phone. The edge decides every race; here the agents are taken and let go.
#include <algorithm>
#include <utility>

#include "common/agent_pool/seize_refusal.h"
#include "services/dialer/domain/stepper.h"

namespace callfleet::dialer {

namespace {

Error Refusal(const char* reason, const char* message) {
  const bool unknown =
      std::string_view(reason) == "CALL_NOT_FOUND" || std::string_view(reason) == "AGENT_NOT_FOUND";
  const bool away = std::string_view(reason) == agent_pool::kRegistryAway;
  return Error{.code = unknown ? ErrorCode::kNotFound
                       : away  ? ErrorCode::kUnavailable
                               : ErrorCode::kFailedPrecondition,
               .reason = reason,
               .message = message};
}

Error NotPlaced(const LineTransfer& transfer, const CommandReply& reply) {
  if (reply.refused != "NUMBER_NOT_ALLOWED") {
    return Refusal(reply.refused.c_str(), "The edge does not dial the number.");
  }
  const std::string verb = transfer.consult ? "consult" : "transfer";
  return Error{.code = ErrorCode::kInvalidArgument,
               .reason = reply.refused,
               .message = "Agents may not dial this number.",
               .fields = {{"action." + verb + ".target.number", "one that agents may dial"}}};
}

}  // namespace

void Stepper::Answered(const std::string& request, std::optional<Error> refused) {
  if (request.empty()) return;
  m_.steers.Settle(request, refused);
  out_.Urgent(AnswerSteer{.request = request, .refused = std::move(refused)});
}

// The line is over before what was asked for could be done.
void Stepper::AnswerEnded(const std::string& request) {
  Answered(request, Refusal("NOT_BRIDGED", "The talk was over before."));
}

void Stepper::SteerTheEdge(const Line& line, CallVerb verb, const std::string& request,
                           int sip_code) {
  out_.Urgent(SteerEdge{.line = line,
                        .verb = verb,
                        .request = request,
                        .transfer = line.facts.transfer.id,
                        .sip_code = sip_code});
}

void Stepper::On(const Steer& event) {
  const auto answer = [&](const auto& refused) { Answered(event.request, refused); };
  if (!m_.steers.Takes(event.request, answer)) return;
  const auto found = m_.lines.find(event.call);
  if (found == m_.lines.end()) {
    return Answered(event.request, Refusal("CALL_NOT_FOUND", "No such call of this campaign."));
  }
  Line& line = found->second;
  if (event.what == SteerWhat::kHangUp) {
    Fire(line, AttemptEvent::kHangUp);
    return Answered(event.request);
  }
  if (line.state != AttemptState::kConnected) {
    return Answered(event.request, Refusal("NOT_BRIDGED", "Nobody talks in this call."));
  }
  const bool under_way = line.facts.transfer.state == TransferFacts::State::kUnderWay;
  const bool pending = line.transfer || line.passing || under_way || line.facts.offered;
  switch (event.what) {
    case SteerWhat::kHold:
    case SteerWhat::kResume:
      SteerTheEdge(line, event.what == SteerWhat::kHold ? CallVerb::kHold : CallVerb::kResume,
                   event.request);
      return Answered(event.request);
    case SteerWhat::kTransfer:
    case SteerWhat::kConsult:
      if (pending) {
        return Answered(event.request,
                        Refusal("TRANSFER_PENDING", "Another transfer is under way."));
      }
      return BeginPassing(line, event);
    case SteerWhat::kComplete:
    case SteerWhat::kCancel:
    case SteerWhat::kConference:
      if (!under_way) {
        return Answered(event.request, Refusal("NO_TRANSFER", "No transfer is under way."));
      }
      SteerTheEdge(line,
                   event.what == SteerWhat::kComplete ? CallVerb::kComplete
                   : event.what == SteerWhat::kCancel ? CallVerb::kCancel
                                                      : CallVerb::kConference,
                   event.request);
      return Answered(event.request);
    case SteerWhat::kRequeue:
      return Answered(event.request,
                      Refusal("NOT_QUEUED", "A campaign's call came from no queue."));
    case SteerWhat::kHangUp:
      break;
  }
}

void Stepper::BeginTransfer(Line& line, LineTransfer transfer, const AgentId& agent,
                            const std::string& number, const std::string& request) {
  transfer.leg = LegId(transfer.id + "-t");
  line.transfer = std::move(transfer);
  if (!number.empty()) {
    line.transfer->request = request;
    PlaceTheTarget(line, number);
    return;
  }
  m_.seizing[line.transfer->id] = request;
  out_.Urgent(
      SeizeAgent{.seize = line.transfer->id, .agent = agent, .call = line.id, .edge = line.edge});
}

void Stepper::PlaceTheTarget(Line& line, const std::string& number) {
  PlaceTarget place{
      .line = line,
      .number = number,
      .trunk = line.transfer->trunk.empty() ? m_.settings.trunk : line.transfer->trunk,
      .caller_id = m_.settings.caller_id,
      .shown_number = line.lead.number,
      .shown_name = line.lead.name,
      .referrer = line.AgentLegAtEdge(),
      .ring_timeout = m_.settings.agent_ring_timeout};
  out_.Urgent(std::move(place));
}

void Stepper::On(const Seized& event) {
  const auto asked = m_.seizing.extract(event.seize);
  const std::string request = asked ? asked.mapped() : "";
  const auto found = m_.lines.find(event.call);
  Line* line = found == m_.lines.end() ? nullptr : &found->second;
  const bool wanted = line != nullptr && line->transfer && line->transfer->id == event.seize &&
                      line->state == AttemptState::kConnected;
  if (!wanted) {
    if (event.offer) out_.Urgent(ReportOffer{event.offer->reservation, OfferEnd::kWithdrawn});
    return Answered(request,
                    Refusal("NOT_BRIDGED", "The talk was over before the agent was taken."));
  }
  if (!event.offer) {
    if (line->transfer->by_phone) {
      const int code = event.refused == "AGENT_NOT_FOUND" ? 404
                       : event.refused == "FULL"          ? 486
                                                          : 480;
      SteerTheEdge(*line, CallVerb::kRefuse, event.seize + ":refuse", code);
    }
    auto refusal = agent_pool::SeizeRefusal(event.refused, "The agent cannot take it.",
                                            agent_pool::TargetField(line->transfer->consult));
    line->transfer.reset();
    return Answered(request, std::move(refusal));
  }
  line->transfer->agent = event.offer;
  PlaceTheTarget(*line, "");
  Answered(request);
}

// The edge did not place the target: nothing has changed there.
void Stepper::TargetRefused(Line& line, const CommandReply& event) {
  if (event.refused.empty()) return;
  const LineTransfer transfer = *std::exchange(line.transfer, std::nullopt);
  if (transfer.agent) {
    const bool device = event.refused == "NOT_REGISTERED";
    out_.Urgent(ReportOffer{transfer.agent->reservation,
                            device ? OfferEnd::kDeviceFault : OfferEnd::kWithdrawn});
  }
  if (transfer.by_phone) {
    SteerTheEdge(line, CallVerb::kRefuse, transfer.id + ":refuse", 480);
  }
  if (!transfer.request.empty()) Answered(transfer.request, NotPlaced(transfer, event));
}

// The target's leg is there, whatever becomes of it.
void Stepper::AnswerPlaced(Line& line) {
  if (!line.transfer || line.facts.transfer.id != line.transfer->id) return;
  Answered(std::exchange(line.transfer->request, {}));
}

void Stepper::TransferNews(Line& line, const CallFacts& before) {
  const TransferFacts& now = line.facts.transfer;
  if (now.id.empty()) return;
  if (now.state != TransferFacts::State::kAsked) AnswerPlaced(line);
  const bool fresh = before.transfer.id != now.id;
  const bool asks =
      now.state == TransferFacts::State::kAsked && now.by_phone && !line.transfer && !line.passing;
  if (asks && fresh) DecideRefer(line);
  const AgentLegFacts& target = line.facts.target;
  if (line.transfer && line.transfer->agent && target.answered && !before.target.answered) {
    out_.Urgent(ReportOffer{line.transfer->agent->reservation, OfferEnd::kAnswered});
  }
  const bool over = now.state == TransferFacts::State::kOver;
  if (over && (fresh || before.transfer.state != TransferFacts::State::kOver)) SettleTransfer(line);
}

// A phone's REFER: a number, ours or of the world, or the name of a colleague.
void Stepper::DecideRefer(Line& line) {
  const TransferFacts& asked = line.facts.transfer;
  if (line.state != AttemptState::kConnected) {
    return SteerTheEdge(line, CallVerb::kRefuse, asked.id + ":refuse", 403);
  }
  Offer(line, {.id = asked.id, .number = asked.dialled, .by_phone = true});
}

// The agent who passed the customer on goes to wrap-up; a target that did not get it is let go.
void Stepper::SettleTransfer(Line& line) {
  const std::optional<LineTransfer> transfer = std::exchange(line.transfer, std::nullopt);
  if (line.facts.transfer.completed) {
    EndSegment(line, now_.wall);
    if (transfer) line.agent = transfer->agent;
    line.segment = now_.wall;
    // A successor declares to the pool whom the row names.
    out_.writes.push_back(WriteAttempt{.line = line, .first = false});
    return;
  }
  if (transfer && transfer->agent) {
    if (line.facts.target.answered) {
      out_.Urgent(CompleteWork{.reservation = transfer->agent->reservation,
                               .outcome = Outcome::kCompleted});
    } else {
      out_.Urgent(ReportOffer{transfer->agent->reservation, line.facts.target.end});
    }
  }
  HangUpIfAlone(line);
}

// Nobody is left for the customer, who hears music. Who was taken over has a supervisor.
void Stepper::HangUpIfAlone(Line& line) {
  const AgentLegFacts& agent = line.facts.agent;
  const bool alone = agent.ended && !agent.taken_over && line.facts.customer.ended == WallTime{};
  if (alone && line.state == AttemptState::kConnected) Fire(line, AttemptEvent::kHangUp);
}

void Stepper::EndSegment(Line& line, WallTime until) {
  if (!line.agent) return;
  const WallTime since = line.segment == WallTime{} ? line.facts.bridged : line.segment;
  out_.Urgent(
      CompleteWork{.reservation = line.agent->reservation,
                   .outcome = Outcome::kCompleted,
                   .talk = std::chrono::duration_cast<std::chrono::milliseconds>(until - since),
                   .wrap_up = m_.settings.wrap_up});
  line.agent.reset();
}

// A supervisor has taken over: the agent goes to wrap-up now, with its own talk. Any other end of
// its leg ends the call too, or is a transfer's, so only the edge's word for it counts.
void Stepper::RelieveAgent(Line& line) {
  const AgentLegFacts& leg = line.facts.agent;
  const bool relieved = leg.ended && leg.taken_over && line.AgentLegIsOurs();
  if (!relieved || line.facts.bridged == WallTime{}) return;
  line.relieved = {.agent = line.agent->agent, .agent_name = line.agent->agent_name};
  // A segment began by our clock where a transfer came before.
  const WallTime ended = leg.ended_at == WallTime{} ? now_.wall : leg.ended_at;
  EndSegment(line, std::max({ended, line.facts.bridged, line.segment}));
  // Without the reservation: a successor neither declares it nor completes it again.
  out_.writes.push_back(WriteAttempt{.line = line, .first = false});
}

}  // namespace callfleet::dialer
