#include "services/dialer/adapters/edge_messages.h"

#include "services/dialer/adapters/edge_convert.h"

namespace callfleet::dialer {

namespace {

namespace v1 = callfleet::sip_edge::v1;

void PassRecord(const v1::CallRecord& record, EdgeListener* listener) {
  const auto& unit = record.controller().unit();
  if (unit.kind() != callfleet::common::v1::UNIT_KIND_CAMPAIGN) return;
  listener->OnFacts(CampaignId(unit.id()), ToFacts(record));
}

}  // namespace

void Pass(const v1::WatchCallsResponse& message, EdgeListener* listener) {
  switch (message.message_case()) {
    case v1::WatchCallsResponse::kSnapshotBegin:
      listener->OnSnapshotBegin(EdgeId(message.snapshot_begin().edge_id()),
                                BootId(message.snapshot_begin().boot_id()));
      break;
    case v1::WatchCallsResponse::kRecord:
      PassRecord(message.record(), listener);
      break;
    case v1::WatchCallsResponse::kSnapshotEnd:
      listener->OnSnapshotEnd();
      break;
    case v1::WatchCallsResponse::kDelta:
      if (message.delta().forgotten()) {
        listener->OnForgotten(AttemptId(message.delta().record().call_id()));
      } else {
        PassRecord(message.delta().record(), listener);
      }
      break;
    case v1::WatchCallsResponse::kAlive:
    case v1::WatchCallsResponse::MESSAGE_NOT_SET:
      break;
  }
}

void Pass(const v1::WatchTrunksResponse& message, EdgeListener* listener) {
  if (message.has_trunk()) {
    listener->OnTrunk(TrunkId(message.trunk().trunk_id()), ToPublished(message.trunk()));
  } else if (!message.deleted_trunk_id().empty()) {
    listener->OnTrunkGone(TrunkId(message.deleted_trunk_id()));
  }
}

}  // namespace callfleet::dialer
