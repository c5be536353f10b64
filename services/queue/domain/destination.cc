#include "services/queue/domain/destination.h"

#include <algorithm>

#include "common/text/sip_uri.h"

namespace callfleet::queue {

bool IsE164(const std::string& text) {
  return text.size() >= 3 && text.size() <= 16 && text[0] == '+' && text[1] != '0' &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

namespace {

struct Checker {
  const std::string& field;
  std::vector<FieldViolation>* faults;
  bool of_a_number;

  void Fault(const std::string& name, const std::string& why) const {
    faults->push_back({field + "." + name, why});
  }
  void operator()(const ToQueue& to) const {
    if (to.queue.empty() || to.queue.str().size() > 64) Fault("queue_id", "1 to 64 characters.");
  }
  void operator()(const ToAgent& to) const {
    if (to.agent.empty() || to.agent.str().size() > 64) Fault("agent_id", "1 to 64 characters.");
  }
  void operator()(const ToUri& to) const {
    if (!to.uri.starts_with("sip:") || !IsSipUri(to.uri)) {
      Fault("sip_uri", "sip:…, at most 512 characters, with a host and a port that can exist.");
    }
  }
  void operator()(const ToNumber& to) const {
    if (to.trunk.empty() || to.trunk.str().size() > 64) {
      Fault("number.trunk_id", "1 to 64 characters.");
    }
    const bool as_dialled = to.number.empty() && of_a_number;
    if (!as_dialled && !IsE164(to.number)) Fault("number.number", "E.164: + and 2 to 15 digits.");
    if (!to.caller_id_of.empty() && !to.caller_id.empty()) {
      Fault("number.caller_id_queue_id", "Not with caller_id.");
    }
    CheckCampaign(to);
    if (!to.caller_id.empty() && !IsE164(to.caller_id)) {
      Fault("number.caller_id", "Empty, or E.164: + and 2 to 15 digits.");
    }
  }
  // Only routes are told what campaigns show.
  void CheckCampaign(const ToNumber& to) const {
    const CampaignId& campaign = to.caller_id_campaign;
    if (campaign.empty()) return;
    if (!of_a_number || !to.caller_id_of.empty() || campaign.str().size() > 64) {
      Fault("number.caller_id_campaign_id",
            "At most 64 characters; of a route's own destination, not with caller_id_queue_id.");
    }
  }
  void operator()(const ToAnnouncement& to) const {
    if (to.prompt.size() > 64) Fault("announcement.prompt", "At most 64 characters.");
    if (to.duration < std::chrono::milliseconds(500) || to.duration > std::chrono::minutes(5)) {
      Fault("announcement.duration", "500 ms to 5 min.");
    }
  }
  void operator()(const ToRejection& to) const {
    if (to.sip_code < 400 || to.sip_code > 699) Fault("rejection.sip_code", "400 to 699.");
    if (to.q850 < 0 || to.q850 > 127) Fault("rejection.q850_cause", "0 to 127.");
  }
};

struct Describer {
  std::string operator()(const ToQueue& to) const { return "queue:" + to.queue.str(); }
  std::string operator()(const ToAgent& to) const { return "agent:" + to.agent.str(); }
  std::string operator()(const ToUri& to) const { return to.uri; }
  std::string operator()(const ToNumber& to) const {
    return "number:" + (to.number.empty() ? "as_dialled" : to.number);
  }
  std::string operator()(const ToAnnouncement& to) const { return "announcement:" + to.prompt; }
  std::string operator()(const ToRejection& to) const {
    return "rejection:" + std::to_string(to.sip_code);
  }
};

}  // namespace

std::string Describe(const Destination& destination) {
  return std::visit(Describer{}, destination);
}

int CauseFor(int sip_code) {
  switch (sip_code) {
    case 404:
    case 604:
      return 1;  // Unallocated number.
    case 486:
    case 600:
      return 17;  // User busy.
    case 480:
      return 20;  // Subscriber absent.
    case 403:
    case 603:
      return 21;  // Call rejected.
    case 410:
      return 22;  // Number changed.
    case 484:
      return 28;  // Invalid number format.
    case 503:
      return 41;  // Temporary failure.
    default:
      return 31;  // Normal, unspecified.
  }
}

void Check(const Destination& destination, const std::string& field,
           std::vector<FieldViolation>* faults, bool of_a_number) {
  std::visit(Checker{field, faults, of_a_number}, destination);
}

}  // namespace callfleet::queue
