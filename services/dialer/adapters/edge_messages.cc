#include "services/dialer/adapters/edge_messages.h"

#include "services/dialer/adapters/edge_convert.h"

namespace callfleet::dialer {

namespace {

namespace edge_pb = callfleet::sip_edge::v1;

void PassRecord(const edge_pb::CallRecord& record, EdgeListener* listener) {
  // Also of a talk that was passed on, until we have said that we know.
  const bool waits = record.passed().by_waits();
  const auto& unit = waits ? record.passed().by() : record.controller().unit();
  if (unit.kind() == callfleet::common::v1::UNIT_KIND_CAMPAIGN) {
    listener->OnFacts(CampaignId(unit.id()), ToFacts(record));
  } else {
    listener->OnForgotten(AttemptId(record.call_id()));
  }
}

}  // namespace

void Pass(const edge_pb::WatchCallsResponse& message, EdgeListener* listener) {
  switch (message.message_case()) {
    case edge_pb::WatchCallsResponse::kSnapshotBegin:
      listener->OnSnapshotBegin(EdgeId(message.snapshot_begin().edge_id()),
                                BootId(message.snapshot_begin().boot_id()));
      break;
    case edge_pb::WatchCallsResponse::kRecord:
      PassRecord(message.record(), listener);
      break;
    case edge_pb::WatchCallsResponse::kSnapshotEnd:
      listener->OnSnapshotEnd();
      break;
    case edge_pb::WatchCallsResponse::kDelta:
      if (message.delta().forgotten()) {
        listener->OnForgotten(AttemptId(message.delta().record().call_id()));
      } else {
        PassRecord(message.delta().record(), listener);
      }
      break;
    case edge_pb::WatchCallsResponse::kAlive:
    case edge_pb::WatchCallsResponse::MESSAGE_NOT_SET:
      break;
  }
}

void Pass(const edge_pb::WatchTrunksResponse& message, EdgeListener* listener) {
  if (message.has_trunk()) {
    listener->OnTrunk(TrunkId(message.trunk().trunk_id()), ToPublished(message.trunk()));
  } else if (!message.deleted_trunk_id().empty()) {
    listener->OnTrunkGone(TrunkId(message.deleted_trunk_id()));
  }
}

}  // namespace callfleet::dialer
