#include "services/supervisor/rest/trunk_json.h"

#include <array>

#include "services/supervisor/rest/agent_words.h"
#include "services/supervisor/rest/json_values.h"

namespace callfleet::supervisor::rest {
namespace {

namespace edge_pb = callfleet::sip_edge::v1;

constexpr std::array<std::string_view, 3> kTransports{"udp", "tcp", "tls"};
constexpr std::array<std::string_view, 2> kFormats{"e164_plus", "e164"};
constexpr std::array<std::string_view, 3> kProvisional{"off", "supported", "required"};

constexpr FieldSpec kHost{
    .name = "host", .about = "Host name or IP address.", .min = 1, .max = 255};
constexpr FieldSpec kPort{.name = "port",
                          .type = JsonType::kInteger,
                          .about = "From DNS, else 5060 unless given.",
                          .min = 1,
                          .max = 65535};
constexpr FieldSpec kTransport{
    .name = "transport", .about = "udp unless given.", .one_of = kTransports};

constexpr std::array<FieldSpec, 5> kRoute{{
    {.name = "host", .about = "Host name or IP address.", .required = true, .min = 1, .max = 255},
    kPort,
    kTransport,
    {.name = "priority", .type = JsonType::kInteger, .about = "Lower first.", .max = 65535},
    {.name = "weight",
     .type = JsonType::kInteger,
     .about = "Share within a priority.",
     .max = 65535},
}};

constexpr std::array<FieldSpec, 24> kNewFields{{
    {.name = "id", .about = "[A-Za-z0-9._-]; made unless given.", .min = 1, .max = 64},
    {.name = "name", .about = "The id unless given.", .min = 1, .max = 64},
    kHost,
    kPort,
    kTransport,
    {.name = "routes",
     .type = JsonType::kObjectList,
     .about = "Several places instead of host.",
     .min = 1,
     .max = 16,
     .fields = kRoute},
    {.name = "authUser", .about = "Digest user towards the trunk.", .max = 128},
    {.name = "authSecret", .about = "Digest secret towards the trunk; never shown.", .max = 128},
    {.name = "trustedNetworks",
     .type = JsonType::kStringList,
     .about = "CIDR networks of its INVITEs.",
     .max = 64},
    {.name = "mediaNetworks",
     .type = JsonType::kStringList,
     .about = "CIDR networks of its RTP.",
     .max = 64},
    {.name = "fromDomain", .about = "Domain in From.", .max = 255},
    {.name = "callerId", .about = "Default number presented, E.164.", .max = 32},
    {.name = "numberFormat", .about = "e164_plus unless given.", .one_of = kFormats},
    {.name = "codecs",
     .type = JsonType::kStringList,
     .about = "In order of preference, of PCMU, PCMA and G722; PCMU, PCMA unless given.",
     .max = 8},
    {.name = "packetTimeMs",
     .type = JsonType::kInteger,
     .about = "20 unless given.",
     .min = 10,
     .max = 60},
    {.name = "mediaSecurity",
     .about = "SRTP (SDES): off, offered (else RTP) or required (else no call); off unless given.",
     .one_of = kMediaSecurities},
    {.name = "reliableProvisional",
     .about = "RFC 3262; supported unless given.",
     .one_of = kProvisional},
    {.name = "maxChannels",
     .type = JsonType::kInteger,
     .about = "Most calls at once; 0: no limit.",
     .max = 100'000},
    {.name = "maxCallsPerSecond",
     .type = JsonType::kInteger,
     .about = "Most new calls a second; 0: no limit.",
     .max = 10'000},
    {.name = "optionsIntervalSeconds",
     .type = JsonType::kNumber,
     .about = "30 s unless given; -1: none.",
     .min = -1,
     .max = 3600},
    {.name = "isActive", .type = JsonType::kBoolean, .about = "false: takes and places no calls."},
    {.name = "retryAfterOnOverload",
     .type = JsonType::kBoolean,
     .about = "Send Retry-After with 503."},
    {.name = "assertIdentity",
     .type = JsonType::kBoolean,
     .about = "Present the caller id in P-Asserted-Identity too."},
    {.name = "outboundRegistration",
     .type = JsonType::kBoolean,
     .about = "Register authUser at the first route and keep it up."},
}};

void AddRoute(const Json& body, edge_pb::TrunkRoute* route) {
  route->set_host(body["host"].get<std::string>());
  route->set_port(Get<unsigned>(body, "port").value_or(0));
  route->set_priority(Get<unsigned>(body, "priority").value_or(0));
  route->set_weight(Get<unsigned>(body, "weight").value_or(0));
  edge_pb::Transport transport = edge_pb::TRANSPORT_UNSPECIFIED;
  edge_pb::Transport_Parse(
      EnumName("TRANSPORT_", Get<std::string>(body, "transport").value_or("udp")), &transport);
  route->set_transport(transport);
}

void ApplyNetwork(const Json& body, edge_pb::Trunk* trunk) {
  if (auto v = Get<std::vector<std::string>>(body, "trustedNetworks")) {
    for (auto& item : *v) trunk->add_trusted_networks(std::move(item));
  }
  if (auto v = Get<std::vector<std::string>>(body, "mediaNetworks")) {
    for (auto& item : *v) trunk->add_media_networks(std::move(item));
  }
  if (auto v = Get<std::vector<std::string>>(body, "codecs")) {
    for (auto& item : *v) trunk->add_codecs(std::move(item));
  }
  if (auto v = Get<std::string>(body, "numberFormat")) {
    trunk->set_number_format(*v == "e164" ? edge_pb::NUMBER_FORMAT_E164
                                          : edge_pb::NUMBER_FORMAT_E164_PLUS);
  }
  if (auto v = Get<std::string>(body, "mediaSecurity")) {
    edge_pb::MediaSecurity security = edge_pb::MEDIA_SECURITY_UNSPECIFIED;
    edge_pb::MediaSecurity_Parse(EnumName("MEDIA_SECURITY_", *v), &security);
    trunk->set_media_security(security);
  }
  if (auto v = Get<std::string>(body, "reliableProvisional")) {
    edge_pb::ReliableProvisional mode = edge_pb::RELIABLE_PROVISIONAL_UNSPECIFIED;
    edge_pb::ReliableProvisional_Parse(EnumName("RELIABLE_PROVISIONAL_", *v), &mode);
    trunk->set_reliable_provisional(mode);
  }
}

}  // namespace

Fields NewTrunkFields() { return kNewFields; }
Fields TrunkFields() { return Fields(kNewFields).subspan(1); }

Result<edge_pb::Trunk> ToTrunk(const Json& body) {
  edge_pb::Trunk trunk;
  if (body.contains("host") == body.contains("routes")) {
    return InvalidField("host", "is required, or routes instead of it");
  }
  if (body.contains("host")) AddRoute(body, trunk.add_routes());
  if (body.contains("routes")) {
    for (const auto& route : body["routes"]) AddRoute(route, trunk.add_routes());
  }
  if (auto v = Get<std::string>(body, "id")) trunk.set_trunk_id(*v);
  if (auto v = Get<std::string>(body, "name")) trunk.set_name(*v);
  if (auto v = Get<std::string>(body, "authUser")) trunk.set_auth_user(*v);
  if (auto v = Get<std::string>(body, "authSecret")) trunk.set_auth_secret(*v);
  if (auto v = Get<std::string>(body, "fromDomain")) trunk.set_from_domain(*v);
  if (auto v = Get<std::string>(body, "callerId")) trunk.set_caller_id(*v);
  if (auto v = Get<unsigned>(body, "maxChannels")) trunk.set_max_channels(*v);
  if (auto v = Get<unsigned>(body, "maxCallsPerSecond")) trunk.set_max_calls_per_second(*v);
  if (auto v = Get<int>(body, "packetTimeMs")) SetSeconds(*v / 1000.0, trunk.mutable_packet_time());
  if (auto v = Get<double>(body, "optionsIntervalSeconds")) {
    SetSeconds(*v, trunk.mutable_options_interval());
  }
  trunk.set_disabled(!Get<bool>(body, "isActive").value_or(true));
  trunk.set_retry_after_on_overload(Get<bool>(body, "retryAfterOnOverload").value_or(false));
  trunk.set_assert_identity(Get<bool>(body, "assertIdentity").value_or(false));
  trunk.set_outbound_registration(Get<bool>(body, "outboundRegistration").value_or(false));
  ApplyNetwork(body, &trunk);
  return trunk;
}

}  // namespace callfleet::supervisor::rest
