#pragma once
// Driving: adapters tell what they read of the services below. Thread safe.
#include "services/supervisor/domain/house_facts.h"

namespace callfleet::supervisor {

class FactSink {
 public:
  virtual ~FactSink() = default;
  // Waits where too many facts are under way, so that the reader stops reading and the service
  // below keeps them.
  virtual void Push(SourcedFact fact) = 0;
};

}  // namespace callfleet::supervisor
