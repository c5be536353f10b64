#include "tests/phones/report/call_json.h"

namespace callfleet::phones {
namespace {

nlohmann::json Ms(int64_t us) {
  if (us < 0) return nullptr;
  return static_cast<double>(us) / 1000;
}

nlohmann::json Since(int64_t us, int64_t start_us) {
  if (us < 0 || start_us < 0) return nullptr;
  return static_cast<double>(us - start_us) / 1000;
}

nlohmann::json RtpToJson(const RtpStats& s) {
  return {{"sent", s.sent},
          {"received", s.received},
          {"lost", s.lost},
          {"reordered", s.reordered},
          {"jitter_ms", s.jitter_us / 1000},
          {"first_packet_ms", Ms(s.first_packet_us)},
          {"max_gap_ms", Ms(s.max_gap_us)},
          {"ssrc_changes", s.ssrc_changes},
          {"other_payload_types", s.other_payload_types},
          {"dtmf_packets", s.dtmf_packets},
          {"silent_packets", s.silent_packets},
          {"unclear_packets", s.unclear_packets},
          {"malformed", s.malformed},
          {"rtcp_received", s.rtcp_received}};
}

nlohmann::json HeardToJson(const RtpStats& s) {
  nlohmann::json heard = nlohmann::json::array();
  for (const HeardSpan& span : s.heard)
    heard.push_back({{"tone", CodeToJson(span.code)},
                     {"side", span.code.side == Side::kAgent ? "agent" : "carrier"},
                     {"from_ms", Ms(span.from_us)},
                     {"to_ms", Ms(span.to_us)},
                     {"packets", span.packets}});
  return heard;
}

}  // namespace

nlohmann::json CodeToJson(const ToneCode& code) {
  return std::to_string(code.low_hz) + "+" + std::to_string(code.high_hz);
}

nlohmann::json CallToJson(const CallRecord& r, const RtpStats& rtp) {
  return {{"call_id", r.call_id},
          {r.side == Side::kAgent ? "user" : "number", r.user},
          {"direction", r.outgoing ? "out" : "in"},
          {"from", r.from},
          {"to", r.to},
          {"headers", r.headers},
          {"behaviour", r.behaviour},
          {"auto_answer_asked", r.auto_answer_asked},
          {"offered_codecs", r.offered_codecs},
          {"codec", r.codec},
          {"reinvites", r.reinvites},
          {"updates", r.updates},
          {"status", r.status},
          {"outcome", r.outcome},
          {"ended_by", r.ended_by},
          {"end_reason", r.end_reason},
          {"times_ms",
           {{"invite", Ms(r.invite_us)},
            {"ringing", Ms(r.ringing_us)},
            {"answer", Ms(r.answer_us)},
            {"ack", Ms(r.ack_us)},
            {"end", Ms(r.end_us)}}},
          {"tone", r.code.low_hz ? CodeToJson(r.code) : nlohmann::json()},
          {"heard", HeardToJson(rtp)},
          {"first_peer_tone_ms", Since(rtp.first_peer_tone_us, r.answer_us)},
          {"rtp", RtpToJson(rtp)}};
}

}  // namespace callfleet::phones
