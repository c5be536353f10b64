#include "common/fsm/transition_table.h"
#include "services/sip_edge/domain/amd_stage_machine.h"
#include "services/sip_edge/domain/leg_machine.h"
#include "services/sip_edge/domain/media/amd/amd_machine.h"
#include "services/sip_edge/domain/media/source_machine.h"
#include "services/sip_edge/domain/transfer_machine.h"
#include "tests/architecture/diagrams/diagrams.h"

namespace callfleet::architecture {

const bool kLegMachineAdded =
    AddDiagram({"services/sip_edge/README.md", "leg",
                fsm::ToMermaid<sip_edge::LegMachine>(sip_edge::kLegRows)});
const bool kTransferMachineAdded =
    AddDiagram({"services/sip_edge/README.md", "transfer",
                fsm::ToMermaid<sip_edge::TransferMachine>(sip_edge::kTransferRows)});
const bool kSourceMachineAdded =
    AddDiagram({"services/sip_edge/README.md", "media source",
                fsm::ToMermaid<sip_edge::media::SourceMachine>(sip_edge::media::kSourceRows)});
const bool kAmdStageMachineAdded =
    AddDiagram({"services/sip_edge/README.md", "after the answer",
                fsm::ToMermaid<sip_edge::AmdStageMachine>(sip_edge::kAmdStageRows)});
const bool kAmdMachineAdded =
    AddDiagram({"services/sip_edge/README.md", "answering-machine detection",
                fsm::ToMermaid<sip_edge::media::amd::AmdMachine>(sip_edge::media::amd::kAmdRows)});

}  // namespace callfleet::architecture
