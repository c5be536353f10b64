#include "common/fsm/transition_table.h"
#include "services/agent_registry/domain/presence_machine.h"
#include "services/agent_registry/domain/slot_machine.h"
#include "tests/architecture/diagrams/diagrams.h"

namespace callfleet::architecture {

const bool kPresenceMachineAdded =
    AddDiagram({"services/agent_registry/README.md", "presence",
                fsm::ToMermaid<agent_registry::PresenceMachine>(agent_registry::kPresenceRows)});
const bool kSlotMachineAdded =
    AddDiagram({"services/agent_registry/README.md", "slot",
                fsm::ToMermaid<agent_registry::SlotMachine>(agent_registry::kSlotRows)});

}  // namespace callfleet::architecture
