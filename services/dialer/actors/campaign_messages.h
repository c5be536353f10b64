#pragma once
// The mailbox of a campaign's actor. Process-local: never serialized.
#include <caf/all.hpp>

#include <functional>
#include <memory>

#include "common/result/result.h"
#include "services/dialer/domain/campaign_view.h"
#include "services/dialer/domain/events.h"

namespace callfleet::dialer {

using ViewReply = std::function<void(Result<CampaignView>)>;

struct EventMessage {
  Event event;
};
// Answered when its state is committed; WRONG_STATE or NO_LEADS where it is refused.
struct VerbMessage {
  CampaignEvent verb = CampaignEvent::kStart;
  ViewReply reply;
};
struct SteerMessage {
  Steer steer;
  std::function<void(Status)> reply;
};
struct ViewMessage {
  ViewReply reply;
};
// The process stops: `closed` is let go once what is not dialled is given back and all is written.
struct ClosingMessage {
  std::shared_ptr<void> closed;
};
struct CommittedMessage {
  Status status;
};
struct SubmitAgainMessage {};
struct ShowMessage {};  // Watchers may see the newest figures again.

}  // namespace callfleet::dialer

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::dialer::EventMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::dialer::VerbMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::dialer::SteerMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::dialer::ViewMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::dialer::ClosingMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::dialer::CommittedMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::dialer::SubmitAgainMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::dialer::ShowMessage)
