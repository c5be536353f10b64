#include "services/dialer/adapters/edge_convert.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "common/text/utf8.h"

namespace callfleet::dialer {
namespace {

RingAgent RingFor(const Lead& lead) {
  RingAgent ring;
  ring.line.id = AttemptId("attempt");
  ring.line.lead = lead;
  ring.shown_name = lead.name;
  return ring;
}

bool OfOneLine(const std::string& text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; });
}

// The edge refuses any other header, so that such a lead would never be called.
TEST(EdgeConvert, ColumnsOfAnyNameBecomeHeadersThatTheEdgeTakes) {
  Lead lead;
  lead.metadata = {{"Company Name", "Acme"},
                   {"Gr\u00f6\u00dfe", "M\u00fcller"},
                   {"note", "two\r\nlines\tand a tab"},
                   {std::string(64, 'x'), "long"}};
  const auto request = ToRequest(UnitToken{}, RingFor(lead));
  const auto& headers = request.headers();
  EXPECT_EQ(headers.at("Lead-Company-Name"), "Acme");
  EXPECT_EQ(headers.at("Lead-Gr-e"), "M\u00fcller");
  EXPECT_EQ(headers.at("Lead-note"), "two  lines and a tab");
  EXPECT_EQ(headers.at("Lead-" + std::string(59, 'x')), "long");
}

TEST(EdgeConvert, HeadersAreWithinOneKibibyteNamesIncluded) {
  Lead lead;
  for (int i = 0; i < 100; ++i) lead.metadata["column" + std::to_string(i)] = "ab";
  const auto request = ToRequest(UnitToken{}, RingFor(lead));
  std::size_t bytes = 0;
  for (const auto& [name, value] : request.headers()) bytes += name.size() + value.size();
  EXPECT_GT(bytes, 900u);
  EXPECT_LE(bytes, 1024u);
}

TEST(EdgeConvert, ANameIsShownInOneLineAndNeverCutInsideACharacter) {
  Lead lead;
  lead.name = "a";
  for (int i = 0; i < 60; ++i) lead.name += "\u00fc";
  const auto shown = ToRequest(UnitToken{}, RingFor(lead)).caller_name();
  EXPECT_EQ(shown.size(), 63u);
  EXPECT_TRUE(IsUtf8(shown));
  lead.name = "Eve\r\nX-Header: 1";
  EXPECT_TRUE(OfOneLine(ToRequest(UnitToken{}, RingFor(lead)).caller_name()));
}

// Of all ends of an agent's leg only this one leaves the customer with somebody else.
TEST(EdgeConvert, ALegWhosePlaceASupervisorTookIsToldFromOneThatHasEnded) {
  namespace edge_pb = callfleet::sip_edge::v1;
  edge_pb::CallRecord record;
  edge_pb::Leg& leg = *record.add_legs();
  leg.set_role(edge_pb::LEG_ROLE_AGENT);
  leg.set_state(edge_pb::LEG_STATE_ENDED);
  leg.mutable_end_time()->set_seconds(7);
  leg.mutable_end()->set_edge_reason(edge_pb::EDGE_REASON_TAKEN_OVER);
  EXPECT_TRUE(ToFacts(record).agent.taken_over);
  EXPECT_EQ(ToFacts(record).agent.ended_at, WallTime(std::chrono::seconds(7)));
  leg.mutable_end()->set_edge_reason(edge_pb::EDGE_REASON_NO_RTP);
  EXPECT_FALSE(ToFacts(record).agent.taken_over);
}

}  // namespace
}  // namespace callfleet::dialer
