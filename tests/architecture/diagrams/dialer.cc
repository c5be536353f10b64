#include "common/fsm/transition_table.h"
#include "services/dialer/domain/attempt_machine.h"
#include "services/dialer/domain/campaign_machine.h"
#include "services/dialer/domain/lead_machine.h"
#include "tests/architecture/diagrams/diagrams.h"

namespace callfleet::architecture {

const bool kCampaignMachineAdded =
    AddDiagram({"services/dialer/README.md", "campaign",
                fsm::ToMermaid<dialer::CampaignMachine>(dialer::kCampaignRows)});
const bool kLeadMachineAdded = AddDiagram(
    {"services/dialer/README.md", "lead", fsm::ToMermaid<dialer::LeadMachine>(dialer::kLeadRows)});
const bool kAttemptMachineAdded =
    AddDiagram({"services/dialer/README.md", "attempt",
                fsm::ToMermaid<dialer::AttemptMachine>(dialer::kAttemptRows)});

}  // namespace callfleet::architecture
