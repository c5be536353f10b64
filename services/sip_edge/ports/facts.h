#pragma once
// Driving side out: who hears of records, registrations and trunks. Called on the sofia thread.
#include <string>
#include <vector>

#include "services/sip_edge/domain/call_switch.h"
#include "services/sip_edge/domain/location_table.h"
#include "services/sip_edge/domain/trunk_book.h"

namespace callfleet::sip_edge {

class FactSink {
 public:
  virtual ~FactSink() = default;
  virtual void OnRecords(const std::vector<RecordUpdate>& updates) = 0;
  virtual void OnRegistration(const RegistrationRecord& record) = 0;
  virtual void OnTrunk(const TrunkView& trunk) = 0;
  virtual void OnTrunkGone(const TrunkId& trunk) = 0;
  virtual void OnSecond() = 0;  // Each second: proof of life for readers.
};

}  // namespace callfleet::sip_edge
