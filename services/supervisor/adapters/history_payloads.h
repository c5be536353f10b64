#pragma once
// One function a payload of an event.
#include "callfleet/agent_registry/v1/event.pb.h"
#include "callfleet/common/v1/event.pb.h"
#include "callfleet/dialer/v1/dialer_service.pb.h"
#include "callfleet/dialer/v1/event.pb.h"
#include "callfleet/queue/v1/queue_service.pb.h"
#include "callfleet/sip_edge/v1/event.pb.h"
#include "common/grpc_server/pb_time.h"
#include "services/supervisor/domain/history_rows.h"

namespace callfleet::supervisor {

using grpc_server::LengthOf;
using grpc_server::TimeIfSet;

using HistoryWhat = decltype(HistoryEvent::what);
using PbEvent = callfleet::common::v1::Event;

std::string SourceOf(const PbEvent& event);  // "dialer".
// Of whom, when, and whose work; the stream of an owner that was fenced is "<unit>@<token>".
RepairRow RepairOf(const PbEvent& event, std::string kind);

HistoryWhat ToWhat(const callfleet::common::v1::HistoryGap& gap, const PbEvent& event);
HistoryWhat ToWhat(const callfleet::dialer::v1::AttemptChanged& change, const PbEvent& event);
HistoryWhat ToWhat(const callfleet::dialer::v1::WatchCampaignResponse::CallEvent& change,
                   const PbEvent& event);
HistoryWhat ToWhat(const callfleet::dialer::v1::LeadSettled& lead, const PbEvent& event);
HistoryWhat ToWhat(const callfleet::dialer::v1::CampaignChanged& change, const PbEvent& event);
HistoryWhat ToWhat(const callfleet::dialer::v1::Repair& repair, const PbEvent& event);
HistoryWhat ToWhat(const callfleet::queue::v1::Repaired& repair, const PbEvent& event);
HistoryWhat ToWhat(const callfleet::queue::v1::QueueChanged& change, const PbEvent& event);
HistoryWhat ToWhat(const callfleet::queue::v1::TicketChanged& change, const PbEvent& event);
HistoryWhat ToWhat(const callfleet::queue::v1::CallRefused& call, const PbEvent& event);
HistoryWhat ToWhat(const callfleet::sip_edge::v1::RecordingClosed& closed, const PbEvent& event);
HistoryWhat ToWhat(const callfleet::agent_registry::v1::AgentChanged& change, const PbEvent& event);
HistoryWhat ToWhat(const callfleet::agent_registry::v1::PresenceChanged& change,
                   const PbEvent& event);
HistoryWhat ToWhat(const callfleet::agent_registry::v1::SlotChanged& change, const PbEvent& event);
HistoryWhat ToWhat(const callfleet::agent_registry::v1::OfferEnded& offer, const PbEvent& event);
HistoryWhat ToWhat(const callfleet::agent_registry::v1::ReservationEnded& work,
                   const PbEvent& event);
HistoryWhat ToWhat(const callfleet::agent_registry::v1::WorkDone& work, const PbEvent& event);
HistoryWhat ToWhat(const callfleet::agent_registry::v1::Repaired& repair, const PbEvent& event);

}  // namespace callfleet::supervisor
