#pragma once
// Small conversions between sofia's headers and the domain's words.
#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/sip_edge/domain/sdp.h"
#include "services/sip_edge/domain/session_timer.h"
#include "services/sip_edge/domain/sip_cause.h"
#include "services/sip_edge/domain/told_text.h"
#include "services/sip_edge/domain/trunk.h"
#include "services/sip_edge/loop/sofia.h"

namespace callfleet::sip_edge {

// Allow (RFC 3261 20.5): in a dialog, and to who asks outside of one.
inline constexpr const char* kAllowInDialog =
    "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, MESSAGE, PRACK, REFER";
inline constexpr const char* kAllowOutside =
    "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, MESSAGE, PRACK, REGISTER";

// The message's SDP body; nothing when it has no body; SDP_INVALID when it cannot be read.
Result<std::optional<Sdp>> SdpOf(const sip_t* sip);

// Host, port (0: by RFC 3263) and transport of a sip: URI; nothing when it cannot be read.
std::optional<TrunkRoute> RouteOf(const std::string& uri);

// Code, phrase and the Q.850 cause of a Reason header (RFC 3326).
Transport TransportOf(const sip_via_t* via);
SipCause CauseOf(const sip_t* sip);
int Q850Of(const sip_t* sip);
// `Q.850;cause=17;text="..."`, or empty when `q850` is 0.
std::string ReasonHeader(int q850, const std::string& text);

SessionExpires SessionExpiresOf(const sip_t* sip);
bool Supports(const sip_t* sip, const char* option);
bool Requires(const sip_t* sip, const char* option);
bool Allows(const sip_t* sip, const char* method);
// The first option of Require that we do not speak, or nothing.
std::optional<std::string> UnknownRequire(const sip_t* sip);

// Nothing, or the status that a request which cannot be taken seriously is answered with: cut in
// half (no blank line, less body than Content-Length), no Max-Forwards that is a number of 0 to
// 255, a Request-URI of another scheme.
int FaultOf(const sip_t* request);

// The digit of an INFO: "Signal=5\r\nDuration=160" (application/dtmf-relay) or "5"
// (application/dtmf); 0: none.
char InfoDigitOf(const sip_t* sip);
// Refer-To with a Replaces (RFC 3891 4); what it names, in `home`, or null where that cannot be
// read.
bool AsksToReplace(const sip_refer_to_t* to);
const sip_replaces_t* ReplacesOf(su_home_t* home, const sip_refer_to_t* to);

// "192.0.2.1", "[2001:db8::1]".
bool IsAddressLiteral(const std::string& host);
std::string UrlText(const url_t* url);
// Who is called, or calls: UTF-8, at most 128 bytes, a number without its parameters.
std::string UserOf(const url_t* url);
// As it came, for the wire and for comparing.
std::string Text(const char* text);
// For others' eyes: UTF-8.
std::string Told(const char* text, std::size_t most = kAnyLength);

}  // namespace callfleet::sip_edge
