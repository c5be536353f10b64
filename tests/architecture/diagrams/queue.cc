#include "common/fsm/transition_table.h"
#include "services/queue/domain/arrival_machine.h"
#include "tests/architecture/diagrams/diagrams.h"

namespace callfleet::architecture {

const bool kQueueArrivalAdded =
    AddDiagram({"services/queue/README.md", "arrival",
                fsm::ToMermaid<queue::ArrivalMachine>(queue::kArrivalRows)});

}  // namespace callfleet::architecture
