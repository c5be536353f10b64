#pragma once
// What the gRPC face needs; all outlive the service.
#include "common/auth/tokens.h"
#include "common/grpc_server/event_feed.h"
#include "common/grpc_server/streams.h"
#include "services/dialer/actors/campaign_desk.h"
#include "services/dialer/ports/agent_directory.h"
#include "services/dialer/ports/call_control.h"
#include "services/dialer/ports/campaign_book.h"
#include "services/dialer/ports/dictionary.h"
#include "services/dialer/ports/uploads.h"
#include "services/dialer/rpc/watch_hub.h"

namespace callfleet::dialer {

struct RpcParts {
  CampaignDesk* desk;
  CampaignBook* book;
  Uploads* uploads;
  Dictionary* dictionary;
  AgentDirectory* agents;
  CallControl* calls;
  grpc_server::EventFeed* events;
  WatchHub* watchers;
  const auth::Tokens* tokens;
};

}  // namespace callfleet::dialer
