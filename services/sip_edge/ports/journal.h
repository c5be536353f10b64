#pragma once
// Confirmed dialogs, so that a later boot can end what this one leaves behind. Written behind
// (<= 100 ms): a younger dialog may be missed and ends by session timer or RTP timeout.
#include <vector>

#include "services/sip_edge/domain/dialog_key.h"

namespace callfleet::sip_edge {

// Any thread; never blocks. At its limit new dialogs are not noted and counted.
class Journal {
 public:
  virtual ~Journal() = default;
  virtual void Confirmed(const DialogKey& dialog) = 0;
  virtual void Ended(const DialogKey& dialog) = 0;
};

class NoJournal final : public Journal {
 public:
  void Confirmed(const DialogKey&) override {}
  void Ended(const DialogKey&) override {}
};

}  // namespace callfleet::sip_edge
