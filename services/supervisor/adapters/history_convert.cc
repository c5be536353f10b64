#include "services/supervisor/adapters/history_convert.h"

#include <map>

#include "services/supervisor/adapters/history_payloads.h"

namespace callfleet::supervisor {
namespace {

namespace common_pb = callfleet::common::v1;
namespace dialer_pb = callfleet::dialer::v1;
namespace edge_pb = callfleet::sip_edge::v1;
namespace queue_pb = callfleet::queue::v1;
namespace registry_pb = callfleet::agent_registry::v1;

using What = decltype(HistoryEvent::what);
using Read = What (*)(const common_pb::Event& event);

template <class Payload>
What Parse(const common_pb::Event& event) {
  Payload payload;
  if (!payload.ParseFromString(event.payload().value())) return {};
  return ToWhat(payload, event);
}

const std::map<std::string, Read, std::less<>>& Readers() {
  static const std::map<std::string, Read, std::less<>> kReaders{
      {"callfleet.common.v1.HistoryGap", Parse<common_pb::HistoryGap>},
      {"callfleet.dialer.v1.AttemptChanged", Parse<dialer_pb::AttemptChanged>},
      {"callfleet.dialer.v1.WatchCampaignResponse.CallEvent",
       Parse<dialer_pb::WatchCampaignResponse::CallEvent>},
      {"callfleet.dialer.v1.LeadSettled", Parse<dialer_pb::LeadSettled>},
      {"callfleet.dialer.v1.CampaignChanged", Parse<dialer_pb::CampaignChanged>},
      {"callfleet.dialer.v1.Repair", Parse<dialer_pb::Repair>},
      {"callfleet.queue.v1.Repaired", Parse<queue_pb::Repaired>},
      {"callfleet.queue.v1.QueueChanged", Parse<queue_pb::QueueChanged>},
      {"callfleet.queue.v1.TicketChanged", Parse<queue_pb::TicketChanged>},
      {"callfleet.queue.v1.CallRefused", Parse<queue_pb::CallRefused>},
      {"callfleet.sip_edge.v1.RecordingClosed", Parse<edge_pb::RecordingClosed>},
      {"callfleet.agent_registry.v1.AgentChanged", Parse<registry_pb::AgentChanged>},
      {"callfleet.agent_registry.v1.PresenceChanged", Parse<registry_pb::PresenceChanged>},
      {"callfleet.agent_registry.v1.SlotChanged", Parse<registry_pb::SlotChanged>},
      {"callfleet.agent_registry.v1.OfferEnded", Parse<registry_pb::OfferEnded>},
      {"callfleet.agent_registry.v1.ReservationEnded", Parse<registry_pb::ReservationEnded>},
      {"callfleet.agent_registry.v1.WorkDone", Parse<registry_pb::WorkDone>},
      {"callfleet.agent_registry.v1.Repaired", Parse<registry_pb::Repaired>},
  };
  return kReaders;
}

}  // namespace

HistoryEvent ToHistory(const common_pb::Event& event) {
  HistoryEvent out{.id = event.id(), .time = TimeIfSet(event.time()).value_or(WallTime{})};
  const auto reader = Readers().find(event.type());
  if (reader != Readers().end()) out.what = reader->second(event);
  return out;
}

}  // namespace callfleet::supervisor
