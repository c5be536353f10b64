#include "services/sip_edge/adapters/trunk_json.h"

#include <nlohmann/json.hpp>

namespace callfleet::sip_edge {

using nlohmann::json;

std::string ToJson(const TrunkSettings& s) {
  json routes = json::array();
  for (const auto& r : s.routes) {
    routes.push_back({{"host", r.host},
                      {"port", r.port},
                      {"transport", static_cast<int>(r.transport)},
                      {"priority", r.priority},
                      {"weight", r.weight}});
  }
  json codecs = json::array();
  for (AudioCodec codec : s.codecs) codecs.push_back(static_cast<int>(codec));
  const json out = {{"trunk_id", s.id.str()},
                    {"name", s.name},
                    {"routes", routes},
                    {"auth_user", s.auth_user},
                    {"trusted_networks", s.trusted_networks},
                    {"media_networks", s.media_networks},
                    {"from_domain", s.from_domain},
                    {"caller_id", s.caller_id},
                    {"number_format", static_cast<int>(s.number_format)},
                    {"codecs", codecs},
                    {"ptime_ms", s.ptime_ms},
                    {"media_security", static_cast<int>(s.media_security)},
                    {"reliable_provisional", static_cast<int>(s.reliable_provisional)},
                    {"max_channels", s.max_channels},
                    {"max_calls_per_second", s.max_calls_per_second},
                    {"options_interval_s", s.options_interval.count()},
                    {"disabled", s.disabled},
                    {"retry_after_on_overload", s.retry_after_on_overload},
                    {"assert_identity", s.assert_identity},
                    {"outbound_registration", s.outbound_registration}};
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<TrunkSettings> TrunkFromJson(const std::string& text) {
  try {
    const json in = json::parse(text);
    TrunkSettings s;
    s.id = TrunkId(in.at("trunk_id").get<std::string>());
    s.name = in.at("name");
    for (const auto& r : in.at("routes")) {
      s.routes.push_back({.host = r.at("host"),
                          .port = r.at("port"),
                          .transport = static_cast<Transport>(r.at("transport").get<int>()),
                          .priority = r.at("priority"),
                          .weight = r.at("weight")});
    }
    s.auth_user = in.at("auth_user");
    s.trusted_networks = in.at("trusted_networks").get<std::vector<std::string>>();
    s.media_networks = in.at("media_networks").get<std::vector<std::string>>();
    s.from_domain = in.at("from_domain");
    s.caller_id = in.at("caller_id");
    s.number_format = static_cast<NumberFormat>(in.at("number_format").get<int>());
    s.codecs.clear();
    for (const auto& c : in.at("codecs")) s.codecs.push_back(static_cast<AudioCodec>(c.get<int>()));
    s.ptime_ms = in.at("ptime_ms");
    // Absent in older rows.
    s.media_security =
        static_cast<MediaSecurity>(in.value("media_security", static_cast<int>(s.media_security)));
    s.reliable_provisional =
        static_cast<ReliableProvisional>(in.at("reliable_provisional").get<int>());
    s.max_channels = in.at("max_channels");
    s.max_calls_per_second = in.at("max_calls_per_second");
    s.options_interval = std::chrono::seconds(in.at("options_interval_s").get<std::int64_t>());
    s.disabled = in.at("disabled");
    s.retry_after_on_overload = in.at("retry_after_on_overload");
    s.assert_identity = in.at("assert_identity");
    s.outbound_registration = in.value("outbound_registration", false);  // Absent in older rows.
    return s;
  } catch (const json::exception& error) {
    return Fail(Error{.code = ErrorCode::kInternal, .reason = "BAD_ROW", .message = error.what()});
  }
}

}  // namespace callfleet::sip_edge
