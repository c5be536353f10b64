#pragma once
// Every call of another service that a route makes.
#include "callfleet/agent_registry/v1/agent_registry_service.pb.h"
#include "callfleet/dialer/v1/dialer_service.pb.h"
#include "callfleet/queue/v1/queue_service.pb.h"
#include "callfleet/sip_edge/v1/sip_edge_service.pb.h"
#include "services/supervisor/rest/backend_call.h"

namespace callfleet::supervisor::rest {

#define CALLFLEET_RPC(package, service_name, service_id, name)                 \
  inline constexpr Rpc<callfleet::package::v1::name##Request,                  \
                       callfleet::package::v1::name##Response>                 \
      k##name {                                                                \
    Service::service_id, "/callfleet." #package ".v1." #service_name "/" #name \
  }

CALLFLEET_RPC(dialer, DialerService, kDialer, CreateCampaign);
CALLFLEET_RPC(dialer, DialerService, kDialer, GetCampaign);
CALLFLEET_RPC(dialer, DialerService, kDialer, ListCampaigns);
CALLFLEET_RPC(dialer, DialerService, kDialer, UpdateCampaign);
CALLFLEET_RPC(dialer, DialerService, kDialer, DeleteCampaign);
CALLFLEET_RPC(dialer, DialerService, kDialer, StartCampaign);
CALLFLEET_RPC(dialer, DialerService, kDialer, PauseCampaign);
CALLFLEET_RPC(dialer, DialerService, kDialer, ResumeCampaign);
CALLFLEET_RPC(dialer, DialerService, kDialer, StopCampaign);
CALLFLEET_RPC(dialer, DialerService, kDialer, DrainCampaign);
CALLFLEET_RPC(dialer, DialerService, kDialer, GetCampaignStats);
CALLFLEET_RPC(dialer, DialerService, kDialer, ListLeads);
CALLFLEET_RPC(dialer, DialerService, kDialer, GetLead);
CALLFLEET_RPC(dialer, DialerService, kDialer, ListAttempts);
CALLFLEET_RPC(dialer, DialerService, kDialer, AddSuppressions);
CALLFLEET_RPC(dialer, DialerService, kDialer, RemoveSuppressions);
CALLFLEET_RPC(dialer, DialerService, kDialer, ListSuppressions);
CALLFLEET_RPC(agent_registry, AgentRegistryService, kRegistry, CreateAgent);
CALLFLEET_RPC(agent_registry, AgentRegistryService, kRegistry, UpdateAgent);
CALLFLEET_RPC(agent_registry, AgentRegistryService, kRegistry, DeleteAgent);
CALLFLEET_RPC(agent_registry, AgentRegistryService, kRegistry, ActivateAgent);
CALLFLEET_RPC(agent_registry, AgentRegistryService, kRegistry, DeactivateAgent);
CALLFLEET_RPC(agent_registry, AgentRegistryService, kRegistry, SetPresence);
CALLFLEET_RPC(agent_registry, AgentRegistryService, kRegistry, SetWrapUp);
CALLFLEET_RPC(agent_registry, AgentRegistryService, kRegistry, SetDisposition);
CALLFLEET_RPC(agent_registry, AgentRegistryService, kRegistry, ListAgents);
CALLFLEET_RPC(agent_registry, AgentRegistryService, kRegistry, SetMembers);
CALLFLEET_RPC(agent_registry, AgentRegistryService, kRegistry, RemoveMembers);
CALLFLEET_RPC(queue, QueueService, kQueue, CreateQueue);
CALLFLEET_RPC(queue, QueueService, kQueue, GetQueue);
CALLFLEET_RPC(queue, QueueService, kQueue, ListQueues);
CALLFLEET_RPC(queue, QueueService, kQueue, UpdateQueue);
CALLFLEET_RPC(queue, QueueService, kQueue, DeleteQueue);
CALLFLEET_RPC(queue, QueueService, kQueue, SetQueueState);
CALLFLEET_RPC(queue, QueueService, kQueue, ListTickets);
CALLFLEET_RPC(queue, QueueService, kQueue, SetRoute);
CALLFLEET_RPC(queue, QueueService, kQueue, DeleteRoute);
CALLFLEET_RPC(queue, QueueService, kQueue, ListRoutes);
CALLFLEET_RPC(sip_edge, SipEdgeService, kEdge, CreateTrunk);
CALLFLEET_RPC(sip_edge, SipEdgeService, kEdge, GetTrunk);
CALLFLEET_RPC(sip_edge, SipEdgeService, kEdge, ListTrunks);
CALLFLEET_RPC(sip_edge, SipEdgeService, kEdge, UpdateTrunk);
CALLFLEET_RPC(sip_edge, SipEdgeService, kEdge, DeleteTrunk);
CALLFLEET_RPC(sip_edge, SipEdgeService, kEdge, ListPrompts);
CALLFLEET_RPC(sip_edge, SipEdgeService, kEdge, DeletePrompt);
CALLFLEET_RPC(sip_edge, SipEdgeService, kEdge, ReadPrompt);
CALLFLEET_RPC(sip_edge, SipEdgeService, kEdge, Record);
CALLFLEET_RPC(sip_edge, SipEdgeService, kEdge, ListRecordings);
CALLFLEET_RPC(sip_edge, SipEdgeService, kEdge, ReadRecording);
CALLFLEET_RPC(sip_edge, SipEdgeService, kEdge, DeleteRecording);
#undef CALLFLEET_RPC

inline constexpr std::string_view kUploadLeads = "/callfleet.dialer.v1.DialerService/UploadLeads";
inline constexpr std::string_view kUploadPrompt =
    "/callfleet.sip_edge.v1.SipEdgeService/UploadPrompt";
inline constexpr std::string_view kUploadSuppressions =
    "/callfleet.dialer.v1.DialerService/UploadSuppressions";

}  // namespace callfleet::supervisor::rest
