#include "common/ids/ids.h"

namespace callfleet {

std::string ToString(const Unit& unit) {
  switch (unit.kind) {
    case UnitKind::kPool:
      return "pool:" + unit.id;
    case UnitKind::kQueue:
      return "queue:" + unit.id;
    case UnitKind::kCampaign:
      return "campaign:" + unit.id;
    case UnitKind::kRouting:
      return "routing:" + unit.id;
  }
  return "?";
}

}  // namespace callfleet
