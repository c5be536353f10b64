#pragma once
// Strong ids: an AgentId is never taken for a CallId. Opaque strings on the wire.
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace callfleet {

template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string value) : value_(std::move(value)) {}
  const std::string& str() const { return value_; }
  bool empty() const { return value_.empty(); }
  friend auto operator<=>(const Id&, const Id&) = default;
  friend bool operator==(const Id&, const Id&) = default;

 private:
  std::string value_;
};

using AgentId = Id<struct AgentTag>;
using CampaignId = Id<struct CampaignTag>;
using QueueId = Id<struct QueueTag>;
using PoolId = Id<struct PoolTag>;
using LeadId = Id<struct LeadTag>;
using AttemptId = Id<struct AttemptTag>;
using DispatchId = Id<struct DispatchTag>;
using TicketId = Id<struct TicketTag>;
using CallId = Id<struct CallTag>;
using LegId = Id<struct LegTag>;
using BridgeId = Id<struct BridgeTag>;
using TrunkId = Id<struct TrunkTag>;
using ReservationId = Id<struct ReservationTag>;
using DemandId = Id<struct DemandTag>;
using BootId = Id<struct BootTag>;
using EdgeId = Id<struct EdgeTag>;
using RequestId = Id<struct RequestTag>;

// The owner of work; never a process. `id` is empty for `routing` only.
enum class UnitKind : std::uint8_t { kPool = 1, kQueue = 2, kCampaign = 3, kRouting = 4 };

struct Unit {
  UnitKind kind = UnitKind::kPool;
  std::string id;
  friend auto operator<=>(const Unit&, const Unit&) = default;
  friend bool operator==(const Unit&, const Unit&) = default;
};

// Raised each time that the unit changes hands; the highest seen wins, lower ones are FENCED.
using Token = std::uint64_t;

struct UnitToken {
  Unit unit;
  Token token = 0;
  friend bool operator==(const UnitToken&, const UnitToken&) = default;
};

// "campaign:17", "routing:"; also the audience key of a demand and the name of an outbox stream.
std::string ToString(const Unit& unit);

}  // namespace callfleet

template <class Tag>
struct std::hash<callfleet::Id<Tag>> {
  std::size_t operator()(const callfleet::Id<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.str());
  }
};
template <>
struct std::hash<callfleet::Unit> {
  std::size_t operator()(const callfleet::Unit& unit) const noexcept {
    return std::hash<std::string>{}(unit.id) * 31 + static_cast<std::size_t>(unit.kind);
  }
};
