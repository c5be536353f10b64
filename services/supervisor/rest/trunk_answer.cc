#include <google/protobuf/util/time_util.h>

#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/trunk_json.h"

namespace callfleet::supervisor::rest {
namespace {

namespace edge_pb = callfleet::sip_edge::v1;

constexpr auto kTrunkRouteRows = std::to_array<Row<edge_pb::TrunkRoute>>({
    {"host", kText, "Host name or address.",
     [](const edge_pb::TrunkRoute& m) { return Json(m.host()); }},
    {"port", kInteger, "0: from DNS, else 5060.",
     [](const edge_pb::TrunkRoute& m) { return Json(m.port()); }},
    {"transport", kEnum<edge_pb::Transport_descriptor>, "Transport.",
     [](const edge_pb::TrunkRoute& m) {
       return EnumWord(*edge_pb::Transport_descriptor(), m.transport());
     }},
    {"priority", kInteger, "Lower first.",
     [](const edge_pb::TrunkRoute& m) { return Json(m.priority()); }},
    {"weight", kInteger, "Share within a priority.",
     [](const edge_pb::TrunkRoute& m) { return Json(m.weight()); }},
});

const Table<edge_pb::TrunkRoute>& TrunkRouteTable() {
  static const Table<edge_pb::TrunkRoute> kTable("TrunkRoute", kTrunkRouteRows);
  return kTable;
}

constexpr auto kTrunkCountsRows = std::to_array<Row<edge_pb::TrunkFigures>>({
    {"placed", kInteger, "INVITEs that left.",
     [](const edge_pb::TrunkFigures& m) { return Json(m.placed()); }},
    {"answered", kInteger, "Calls answered.",
     [](const edge_pb::TrunkFigures& m) { return Json(m.answered()); }},
    {"earlyAnswers", kInteger, "Answered without ringing.",
     [](const edge_pb::TrunkFigures& m) { return Json(m.early_answers()); }},
    {"faults", kInteger, "Faults of the trunk.",
     [](const edge_pb::TrunkFigures& m) { return Json(m.faults()); }},
    {"refused", kInteger, "Refused at a limit.",
     [](const edge_pb::TrunkFigures& m) { return Json(m.refused()); }},
    {"shortCalls", kInteger, "Very short calls.",
     [](const edge_pb::TrunkFigures& m) { return Json(m.short_calls()); }},
    {"answeredSeconds", kNumber, "Sum of answered time.",
     [](const edge_pb::TrunkFigures& m) { return Seconds(m.answered_time()); }},
    {"postDialDelayP95Seconds", kNumber, "From the INVITE to ringing, 95th percentile.",
     [](const edge_pb::TrunkFigures& m) { return Seconds(m.post_dial_delay_p95()); }},
});

const Table<edge_pb::TrunkFigures>& TrunkCountsTable() {
  static const Table<edge_pb::TrunkFigures> kTable("TrunkCounts", kTrunkCountsRows);
  return kTable;
}

}  // namespace

constexpr auto kTrunkRows = std::to_array<Row<edge_pb::Trunk>>({
    {"id", kText, "Id.", [](const edge_pb::Trunk& m) { return Json(m.trunk_id()); }},
    {"name", kText, "Name.", [](const edge_pb::Trunk& m) { return Json(m.name()); }},
    {"routes", kObject<TrunkRouteTable>.List(), "Places it is reached at.",
     [](const edge_pb::Trunk& m) { return TrunkRouteTable().Each(m.routes()); }},
    {"authUser", kText.OrNull(), "Digest user; its secret is never shown.",
     [](const edge_pb::Trunk& m) { return TextOrNull(m.auth_user()); }},
    {"trustedNetworks", kText.List(), "Networks of its INVITEs.",
     [](const edge_pb::Trunk& m) {
       return Json(
           std::vector<std::string>(m.trusted_networks().begin(), m.trusted_networks().end()));
     }},
    {"mediaNetworks", kText.List(), "Networks of its RTP.",
     [](const edge_pb::Trunk& m) {
       return Json(std::vector<std::string>(m.media_networks().begin(), m.media_networks().end()));
     }},
    {"fromDomain", kText.OrNull(), "Domain in From.",
     [](const edge_pb::Trunk& m) { return TextOrNull(m.from_domain()); }},
    {"callerId", kText.OrNull(), "Default number presented.",
     [](const edge_pb::Trunk& m) { return TextOrNull(m.caller_id()); }},
    {"numberFormat", kEnum<edge_pb::NumberFormat_descriptor>, "How numbers are written.",
     [](const edge_pb::Trunk& m) {
       return EnumWord(*edge_pb::NumberFormat_descriptor(), m.number_format());
     }},
    {"codecs", kText.List(), "In order of preference.",
     [](const edge_pb::Trunk& m) {
       return Json(std::vector<std::string>(m.codecs().begin(), m.codecs().end()));
     }},
    {"packetTimeMs", kInteger, "Length of an RTP packet; 0: 20.",
     [](const edge_pb::Trunk& m) {
       return Json(google::protobuf::util::TimeUtil::DurationToMilliseconds(m.packet_time()));
     }},
    {"reliableProvisional", kEnum<edge_pb::ReliableProvisional_descriptor>,
     "RFC 3262; null: supported.",
     [](const edge_pb::Trunk& m) {
       return EnumWord(*edge_pb::ReliableProvisional_descriptor(), m.reliable_provisional());
     }},
    {"mediaSecurity", kEnum<edge_pb::MediaSecurity_descriptor>, "SRTP with it.",
     [](const edge_pb::Trunk& m) {
       return EnumWord(*edge_pb::MediaSecurity_descriptor(), m.media_security());
     }},
    {"maxChannels", kInteger, "Most calls at once; 0: no limit.",
     [](const edge_pb::Trunk& m) { return Json(m.max_channels()); }},
    {"maxCallsPerSecond", kInteger, "Most new calls a second; 0: no limit.",
     [](const edge_pb::Trunk& m) { return Json(m.max_calls_per_second()); }},
    {"optionsIntervalSeconds", kNumber, "Between OPTIONS.",
     [](const edge_pb::Trunk& m) { return Seconds(m.options_interval()); }},
    {"isActive", kBoolean, "Takes and places calls.",
     [](const edge_pb::Trunk& m) { return Json(!m.disabled()); }},
    {"retryAfterOnOverload", kBoolean, "Sends Retry-After with 503.",
     [](const edge_pb::Trunk& m) { return Json(m.retry_after_on_overload()); }},
    {"assertIdentity", kBoolean, "Presents the caller id in P-Asserted-Identity too.",
     [](const edge_pb::Trunk& m) { return Json(m.assert_identity()); }},
    {"outboundRegistration", kBoolean, "Registers authUser and keeps it up.",
     [](const edge_pb::Trunk& m) { return Json(m.outbound_registration()); }},
    {"registrationState", kEnum<edge_pb::TrunkRegistrationState_descriptor>, "Of that registration.",
     [](const edge_pb::Trunk& m) {
       return EnumWord(*edge_pb::TrunkRegistrationState_descriptor(), m.registration_state());
     }},
    {"registrationSipCode", kInteger, "Its last answer; 0: none.",
     [](const edge_pb::Trunk& m) { return Json(m.registration_sip_code()); }},
    {"state", kEnum<edge_pb::TrunkState_descriptor>, "Whether it can be used now.",
     [](const edge_pb::Trunk& m) { return EnumWord(*edge_pb::TrunkState_descriptor(), m.state()); }},
    {"activeChannels", kInteger, "In use.",
     [](const edge_pb::Trunk& m) { return Json(m.active_channels()); }},
    {"freeChannels", kInteger, "Free now.",
     [](const edge_pb::Trunk& m) { return Json(m.free_channels()); }},
    {"nextProbeAt", kTime.OrNull(), "When an open breaker is tried.",
     [](const edge_pb::Trunk& m) { return TimeJson(m.next_probe_time()); }},
    {"figures", kObject<TrunkCountsTable>, "Of all edges, since each started.",
     [](const edge_pb::Trunk& m) { return TrunkCountsTable()(m.figures()); }},
});

const Table<edge_pb::Trunk>& TrunkTable() {
  static const Table<edge_pb::Trunk> kTable("Trunk", kTrunkRows);
  return kTable;
}

}  // namespace callfleet::supervisor::rest
