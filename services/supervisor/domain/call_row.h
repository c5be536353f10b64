#pragma once
// How one call's row follows from the record that its owner told of it.
#include "services/supervisor/domain/history_rows.h"

namespace callfleet::supervisor {

struct AttemptRecord {
  std::string id;
  std::string call{};
  std::string campaign{};
  std::string agent{};
  std::string number{};
  std::string outcome{};  // "" while it is not over.
  WallTime created{};
  std::optional<WallTime> placed{};
  std::optional<WallTime> picked_up{};
  std::optional<WallTime> bridged{};
  std::optional<WallTime> ended{};
  bool machine = false;         // No person answered: a machine, a fax, the network.
  bool told_abandoned = false;  // Its owner says so.
  bool lead_final = false;
  int sip_code = 0;
  int q850_cause = 0;
};

struct TicketRecord {
  std::string id;
  std::string call{};
  std::string queue{};
  std::string agent{};
  std::string caller{};
  std::string called{};
  std::string customer_type{};
  enum class End {
    kOpen,
    kAnswered,
    kAbandoned,
    kOverflowed,
    kInterrupted,
    kCallbackFailed,
    kRemoved,
  } end = End::kOpen;
  WallTime enqueued{};
  std::optional<WallTime> answered{};
  std::optional<WallTime> ended{};
  Micros talk{0};  // Of all its agents.
  bool waits = false;
  bool short_abandon = false;  // By its queue's threshold.
  bool returned = false;
  bool callback_asked = false;
  bool callback_answered = false;
  bool callback_waits = false;
};

// What is kept of the legs of a call that is over: those that were answered, the newest kMaxLegs.
std::vector<LegRow> LegRows(const CallFact& call);
CallRow ToRow(const AttemptRecord& attempt);
CallRow ToRow(const TicketRecord& ticket);

}  // namespace callfleet::supervisor
