#pragma once
// One call as one phone saw it. Written on the SIP thread only. Times: NowUs(), -1 = never.
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/phones/media/engine.h"

namespace callfleet::phones {

struct CallRecord {
  Side side = Side::kCarrier;
  bool outgoing = false;
  std::string user;  // the phone, or the dialled number at the carrier
  std::string from;  // user part of From
  std::string to;    // user part of To
  std::string call_id;
  std::map<std::string, std::string> headers;  // X-*, Call-Info, Alert-Info, Answer-Mode, P-*
  std::string behaviour;                       // what the phone meant to do
  bool auto_answer_asked = false;
  std::vector<std::string> offered_codecs;  // of the peer's first offer, in its order
  std::string codec;                        // in use
  uint32_t reinvites = 0;                   // received
  uint32_t updates = 0;                     // received
  bool ring_asked = false;                  // 18x sent or received

  int64_t invite_us = -1;
  int64_t ringing_us = -1;
  int64_t answer_us = -1;
  int64_t ack_us = -1;
  int64_t end_us = -1;
  int status = 0;          // final response
  int q850_cause = 0;      // of our own Reason header
  std::string ended_by;    // peer, self, cancel, reject, no_ack, shutdown, failure
  std::string end_reason;  // Reason header of the peer's BYE or CANCEL
  std::string outcome;

  LegId leg = 0;  // 0 after the leg closed
  ToneCode code;
  RtpStats rtp;
};

// Every call of the run, and what else went wrong. SIP thread only.
struct CallLog {
  std::vector<std::shared_ptr<CallRecord>> calls;
  std::map<std::string, uint64_t> faults;  // by kind
  std::vector<std::string> fault_texts;    // the first 100
  uint64_t dropped_calls = 0;
  static constexpr size_t kMaxCalls = 500'000;

  void Add(std::shared_ptr<CallRecord> record) {
    if (calls.size() < kMaxCalls)
      calls.push_back(std::move(record));
    else
      ++dropped_calls;
  }
  void Fault(const std::string& kind, const std::string& text) {
    ++faults[kind];
    if (fault_texts.size() < 100) fault_texts.push_back(kind + ": " + text);
  }
};

}  // namespace callfleet::phones
