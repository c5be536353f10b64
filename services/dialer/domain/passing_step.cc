// A talk is passed to a queue, or to whom a number of ours leads: offered at the edge, where it
// goes on until somebody takes the customer or says no. The dialer knows neither queues nor
// numbers.
#include <string_view>
#include <utility>

#include "services/dialer/domain/stepper.h"

namespace callfleet::dialer {

namespace {

// Words of whoever was asked (OfferReturn.reason); what else they say is passed on as it is.
constexpr std::string_view kNotOurs = "NOT_OURS";
constexpr std::string_view kNotClaimed = "NOT_CLAIMED";
constexpr std::string_view kToAgent = "LEADS_TO_AGENT";
constexpr std::string_view kToNumber = "LEADS_TO_NUMBER";

Error TalkOver() {
  return {.code = ErrorCode::kFailedPrecondition,
          .reason = "NOT_BRIDGED",
          .message = "The talk was over before."};
}

Error NotTaken(const OfferBack& back, const LinePassing& passing) {
  Error error{.code = ErrorCode::kFailedPrecondition,
              .reason = back.reason,
              .message = "The customer cannot be passed there and stays with the agent."};
  if (back.reason == kNotClaimed) {
    error.code = ErrorCode::kUnavailable;
    error.reason = "QUEUE_UNAVAILABLE";
  } else if (back.reason == "QUEUE_NOT_FOUND") {
    error.code = ErrorCode::kNotFound;
  } else if (back.reason == "NUMBER_NOT_ALLOWED") {
    const std::string verb = passing.consult ? "consult" : "transfer";
    error.code = ErrorCode::kInvalidArgument;
    error.fields = {{"action." + verb + ".target.number", "nobody is passed there"}};
  }
  return error;
}

}  // namespace

// To a colleague at once; a queue, and whoever knows where a number leads, is asked first.
void Stepper::BeginPassing(Line& line, const Steer& event) {
  const bool consult = event.what == SteerWhat::kConsult;
  if (event.to_queue.empty() && event.to_number.empty()) {
    return BeginTransfer(line, {.id = line.NextTransfer(), .consult = consult}, event.to_agent, "",
                         event.request);
  }
  Offer(line, {.id = line.NextTransfer(),
               .queue = event.to_queue,
               .number = event.to_number,
               .consult = consult,
               .request = event.request});
}

void Stepper::Offer(Line& line, LinePassing passing) {
  const LegId released = passing.by_phone ? line.facts.transfer.referrer : line.AgentLegAtEdge();
  const LegId release = passing.consult ? LegId() : released;
  line.passing = std::move(passing);
  out_.Urgent(OfferTalk{.line = line, .release = release});
}

// Whether the offer is over, and what is known instead.
void Stepper::OfferNews(Line& line) {
  const OfferBack& back = line.facts.offer_back;
  if (line.passing && back.request == line.passing->Offer()) NotPassed(line, back);
}

void Stepper::NotPassed(Line& line, const OfferBack& back) {
  const LinePassing passing = *std::exchange(line.passing, std::nullopt);
  LineTransfer transfer{.id = passing.id, .consult = passing.consult, .by_phone = passing.by_phone};
  // A phone that has asked may leave: the customer waits for what becomes of it.
  const bool talks = line.state == AttemptState::kConnected &&
                     line.facts.customer.ended == WallTime{} &&
                     (passing.by_phone || !line.facts.agent.ended);
  const bool unknown = back.reason == kNotOurs || back.reason == kNotClaimed;
  if (talks && back.reason == kToAgent) {
    return BeginTransfer(line, std::move(transfer), back.agent, "", passing.request);
  }
  if (talks && back.reason == kToNumber) {
    transfer.trunk = back.trunk;
    return BeginTransfer(line, std::move(transfer), {}, back.number, passing.request);
  }
  if (talks && !passing.number.empty() && unknown) {
    const bool number = passing.number.starts_with('+');
    // The edge has held a phone's number against its list already.
    transfer.by_person = !passing.by_phone;
    return BeginTransfer(line, std::move(transfer), number ? AgentId() : AgentId(passing.number),
                         number ? passing.number : "", passing.request);
  }
  if (passing.by_phone) {
    return SteerTheEdge(line, CallVerb::kRefuse, passing.id + ":refuse",
                        back.sip_code != 0 ? back.sip_code : 480);
  }
  Answered(passing.request, talks ? NotTaken(back, passing) : TalkOver());
}

// The edge did not make the offer: nothing has changed there.
void Stepper::OfferRefused(Line& line, const CommandReply& event) {
  if (event.refused == "FENCED") m_.fenced = true;
  const LinePassing passing = *std::exchange(line.passing, std::nullopt);
  if (passing.by_phone) {
    return SteerTheEdge(line, CallVerb::kRefuse, passing.id + ":refuse", 480);
  }
  Error error = TalkOver();
  if (event.refused == "TRANSFER_PENDING") {
    error.reason = event.refused;
    error.message = "Another transfer is under way.";
  }
  Answered(passing.request, std::move(error));
}

// A queue has the customer. The attempt is over when its agent's phone has let go: before, the next
// INVITE could overtake the BYE.
void Stepper::PassedOn(Line& line) {
  RelieveAgent(line);
  if (const auto passing = std::exchange(line.passing, std::nullopt)) Answered(passing->request);
  if (!line.facts.agent.ended && !line.facts.call_over) return;
  Fire(line, AttemptEvent::kPassedOn);
}

}  // namespace callfleet::dialer
