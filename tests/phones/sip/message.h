#pragma once
// What the phones read from an INVITE.
#include <string>

#include "tests/phones/report/call_record.h"
#include "tests/phones/sip/sofia.h"

namespace callfleet::phones {

std::string BodyOf(const sip_t* sip);
std::string ReasonOf(const sip_t* sip);
std::string UserOf(const url_t* url);
// Fills who, headers and whether an automatic answer is asked for (Call-Info answer-after=0,
// Alert-Info alert-autoanswer, RFC 5373 Answer-Mode: Auto).
void ReadInvite(const sip_t* sip, CallRecord& record);

}  // namespace callfleet::phones
