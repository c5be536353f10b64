#include "common/fsm/transition_table.h"
#include "services/queue/domain/arrival_machine.h"
#include "services/queue/domain/ticket_machine.h"
#include "tests/architecture/diagrams/diagrams.h"

namespace callfleet::architecture {

const bool kQueueArrivalAdded =
    AddDiagram({"services/queue/README.md", "arrival",
                fsm::ToMermaid<queue::ArrivalMachine>(queue::kArrivalRows)});
const bool kQueueTicketAdded =
    AddDiagram({"services/queue/README.md", "ticket",
                fsm::ToMermaid<queue::TicketMachine>(queue::kTicketRows)});

}  // namespace callfleet::architecture
