#include "services/sip_edge/rpc/convert.h"
#include "services/sip_edge/rpc/convert_time.h"

namespace callfleet::sip_edge {

namespace {

Result<std::vector<TrunkRoute>> RoutesOf(const v1::Trunk& trunk) {
  std::vector<TrunkRoute> routes;
  for (const auto& route : trunk.routes()) {
    if (route.port() > 65535) return InvalidField("trunk.routes.port", "0 to 65535");
    if (route.priority() > 65535) return InvalidField("trunk.routes.priority", "0 to 65535");
    if (route.weight() > 65535) return InvalidField("trunk.routes.weight", "0 to 65535");
    const Transport transport = route.transport() == v1::TRANSPORT_TCP   ? Transport::kTcp
                                : route.transport() == v1::TRANSPORT_TLS ? Transport::kTls
                                                                         : Transport::kUdp;
    routes.push_back({.host = route.host(),
                      .port = static_cast<std::uint16_t>(route.port()),
                      .transport = transport,
                      .priority = static_cast<std::uint16_t>(route.priority()),
                      .weight = static_cast<std::uint16_t>(std::max(1u, route.weight()))});
  }
  return routes;
}

Result<std::vector<AudioCodec>> CodecsOf(const v1::Trunk& trunk) {
  std::vector<AudioCodec> codecs;
  for (const auto& name : trunk.codecs()) {
    const auto codec = AudioCodecOf(name);
    if (!codec) return InvalidField("trunk.codecs", "PCMU, PCMA and G722 are spoken");
    if (std::find(codecs.begin(), codecs.end(), *codec) != codecs.end()) {
      return InvalidField("trunk.codecs", name + " is named twice");
    }
    codecs.push_back(*codec);
  }
  if (codecs.empty()) codecs = {AudioCodec::kPcmu, AudioCodec::kPcma};
  return codecs;
}

}  // namespace

Result<MediaSecurity> FromProto(v1::MediaSecurity security, const std::string& field) {
  if (security == v1::MEDIA_SECURITY_UNSPECIFIED) return MediaSecurity::kOff;
  if (!v1::MediaSecurity_IsValid(security)) {
    return InvalidField(field, "OFF, OFFERED or REQUIRED");
  }
  return static_cast<MediaSecurity>(security);
}

Result<TrunkSettings> FromProto(const v1::Trunk& trunk) {
  auto routes = RoutesOf(trunk);
  if (!routes) return Fail(routes.error());
  auto codecs = CodecsOf(trunk);
  if (!codecs) return Fail(codecs.error());
  const auto security = FromProto(trunk.media_security(), "trunk.media_security");
  if (!security) return Fail(security.error());
  TrunkSettings out{
      .id = TrunkId(trunk.trunk_id()),
      .name = trunk.name(),
      .routes = *std::move(routes),
      .auth_user = trunk.auth_user(),
      .auth_secret = trunk.auth_secret(),
      .trusted_networks = {trunk.trusted_networks().begin(), trunk.trusted_networks().end()},
      .media_networks = {trunk.media_networks().begin(), trunk.media_networks().end()},
      .from_domain = trunk.from_domain(),
      .caller_id = trunk.caller_id(),
      .codecs = *std::move(codecs),
      .media_security = *security,
      .max_channels = trunk.max_channels(),
      .max_calls_per_second = trunk.max_calls_per_second(),
      .disabled = trunk.disabled(),
      .retry_after_on_overload = trunk.retry_after_on_overload(),
      .assert_identity = trunk.assert_identity(),
      .outbound_registration = trunk.outbound_registration()};
  if (trunk.number_format() == v1::NUMBER_FORMAT_E164) out.number_format = NumberFormat::kE164;
  if (trunk.reliable_provisional() != v1::RELIABLE_PROVISIONAL_UNSPECIFIED) {
    out.reliable_provisional = static_cast<ReliableProvisional>(trunk.reliable_provisional());
  }
  const auto ptime = MillisOf(trunk.packet_time()).count();
  if (ptime != 0) out.ptime_ms = static_cast<int>(std::max<long>(-1, std::min<long>(ptime, 1000)));
  const auto interval = MillisOf(trunk.options_interval());
  if (interval.count() < 0) out.options_interval = std::chrono::seconds(-1);
  if (interval.count() > 0) {
    out.options_interval = std::max(std::chrono::seconds(1),
                                    std::chrono::duration_cast<std::chrono::seconds>(interval));
  }
  if (auto ok = Validate(out); !ok) return Fail(ok.error());
  return out;
}

void ToProto(const TrunkView& view, v1::Trunk* out) {
  const TrunkSettings& trunk = view.settings;
  out->set_trunk_id(trunk.id.str());
  out->set_name(trunk.name.empty() ? trunk.id.str() : trunk.name);
  for (const auto& route : trunk.routes) {
    auto* r = out->add_routes();
    r->set_host(route.host);
    r->set_port(route.port);
    r->set_transport(static_cast<v1::Transport>(route.transport));
    r->set_priority(route.priority);
    r->set_weight(route.weight);
  }
  out->set_auth_user(trunk.auth_user);
  for (const auto& network : trunk.trusted_networks) out->add_trusted_networks(network);
  for (const auto& network : trunk.media_networks) out->add_media_networks(network);
  out->set_from_domain(trunk.from_domain);
  out->set_caller_id(trunk.caller_id);
  out->set_number_format(static_cast<v1::NumberFormat>(trunk.number_format));
  for (AudioCodec codec : trunk.codecs) out->add_codecs(RtpName(codec));
  Set(out->mutable_packet_time(), std::chrono::milliseconds(trunk.ptime_ms));
  out->set_media_security(static_cast<v1::MediaSecurity>(trunk.media_security));
  out->set_reliable_provisional(static_cast<v1::ReliableProvisional>(trunk.reliable_provisional));
  out->set_max_channels(trunk.max_channels);
  out->set_max_calls_per_second(trunk.max_calls_per_second);
  Set(out->mutable_options_interval(), trunk.options_interval);
  out->set_disabled(trunk.disabled);
  out->set_retry_after_on_overload(trunk.retry_after_on_overload);
  out->set_assert_identity(trunk.assert_identity);
  out->set_outbound_registration(trunk.outbound_registration);
  out->set_registration_state(static_cast<v1::TrunkRegistrationState>(view.registration));
  out->set_registration_sip_code(static_cast<std::uint32_t>(view.registration_sip_code));
  out->set_state(static_cast<v1::TrunkState>(view.state));
  out->set_active_channels(view.active_channels);
  out->set_free_channels(view.free_channels);
  if (view.next_probe) Set(out->mutable_next_probe_time(), *view.next_probe);
  auto* figures = out->mutable_figures();
  figures->set_placed(view.figures.placed);
  figures->set_answered(view.figures.answered);
  figures->set_early_answers(view.figures.early_answers);
  figures->set_faults(view.figures.faults);
  figures->set_refused(view.figures.refused);
  figures->set_short_calls(view.figures.short_calls);
  Set(figures->mutable_answered_time(), view.figures.answered_time);
  Set(figures->mutable_post_dial_delay_p95(), view.post_dial_delay_p95);
}

}  // namespace callfleet::sip_edge
