#pragma once
// Where a call can go.
#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "common/ids/ids.h"
#include "common/result/result.h"

namespace callfleet::queue {

struct ToQueue {
  QueueId queue;
  friend bool operator==(const ToQueue&, const ToQueue&) = default;
};
struct ToAgent {
  AgentId agent;
  friend bool operator==(const ToAgent&, const ToAgent&) = default;
};
struct ToUri {
  std::string uri;  // sip:…, 5 to 512 characters.
  friend bool operator==(const ToUri&, const ToUri&) = default;
};
struct ToNumber {
  TrunkId trunk;
  std::string number;  // E.164; empty: as dialled by an agent's phone.
  std::string caller_id{};
  QueueId caller_id_of{};           // Instead: the queue's.
  CampaignId caller_id_campaign{};  // `caller_id` is this campaign's, as was told last.
  friend bool operator==(const ToNumber&, const ToNumber&) = default;
};
struct ToAnnouncement {
  std::string prompt;                          // Empty: busy tone.
  std::chrono::milliseconds duration{10'000};  // 500 ms to 5 min.
  friend bool operator==(const ToAnnouncement&, const ToAnnouncement&) = default;
};
struct ToRejection {
  int sip_code = 480;  // 400 to 699.
  int q850 = 0;        // 0: what fits the code.
  friend bool operator==(const ToRejection&, const ToRejection&) = default;
};
using Destination = std::variant<ToRejection, ToQueue, ToAgent, ToUri, ToNumber, ToAnnouncement>;

// In one word for logs and history: "queue:17", "rejection:486".
std::string Describe(const Destination& destination);

// Q.850 cause that fits a final response (RFC 6432 and ITU-T Q.850 table 1).
int CauseFor(int sip_code);

bool IsE164(const std::string& text);  // + and 2 to 15 digits.

// Appends each fault of `destination` under the name `field`. `of_a_number`: a route's own, which
// may lead to the number that was dialled.
void Check(const Destination& destination, const std::string& field,
           std::vector<FieldViolation>* faults, bool of_a_number = false);

}  // namespace callfleet::queue
