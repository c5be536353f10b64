#include "services/queue/adapters/call_fact.h"

namespace callfleet::queue {
namespace {

namespace edge = callfleet::sip_edge::v1;

WallTime ToWallTime(const google::protobuf::Timestamp& time) {
  return WallTime(std::chrono::seconds(time.seconds()) +
                  std::chrono::microseconds(time.nanos() / 1'000));
}

}  // namespace

CallFact ToCallFact(const edge::CallRecord& record) {
  CallFact fact;
  fact.call = CallId(record.call_id());
  fact.version = record.version();
  fact.inbound = record.direction() == edge::CALL_DIRECTION_INBOUND;
  fact.ended = record.state() == edge::CALL_STATE_ENDED;
  if (record.has_controller()) {
    const auto& unit = record.controller().unit();
    fact.controller =
        UnitToken{{static_cast<UnitKind>(unit.kind()), unit.id()}, record.controller().token()};
  }
  fact.caller = record.caller();
  fact.called = record.called();
  fact.create_time = ToWallTime(record.create_time());
  fact.end_time = ToWallTime(record.end_time());
  return fact;
}

}  // namespace callfleet::queue
