#pragma once
// One pool's matchmaker: demands of unit owners meet agents here and nowhere else.
// Pure. Whichever side comes second makes the match; the agent itself grants or refuses. A
// reservation is kept only while its owner proves that it lives (lease) or a leg does (the agent).
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "services/agent_registry/domain/agent_index.h"
#include "services/agent_registry/domain/demand_book.h"
#include "services/agent_registry/domain/owner_messages.h"

namespace callfleet::agent_registry {

struct MatchRules {
  std::chrono::milliseconds lease{10000};
  std::chrono::milliseconds suspect_after{1500};  // Heartbeats come each second.
  std::chrono::milliseconds tick{100};
  std::chrono::milliseconds late_by{1000};  // Later than this: read streams before expiring.
  std::chrono::milliseconds grace{1000};    // For one heartbeat.
  std::chrono::milliseconds audience_every{200};
  std::chrono::milliseconds seize_unseen{3000};  // A seized slot that no heartbeat names ends.
  std::size_t most_demands_a_unit = 100'000;
  std::size_t most_signatures = 20'000;
  BookRules book{};
  std::uint64_t seed = 1;
};

struct ReleaseSlot {
  ReservationKey key;
};
using ToAgent =
    std::variant<AskSlot, ReleaseSlot, LapseSlot, CompleteSlot, OfferReport, RedeclareSlot>;
struct AgentAct {
  template <class Message>
  AgentAct(Slot to, Message what) : slot(to), message(std::move(what)) {}
  Slot slot;
  ToAgent message;
};
struct OwnerAct {
  StreamId stream = 0;
  OwnerReply reply;
  bool durable = false;  // Waits for the writes of this and all earlier steps.
};
struct SaveUnit {  // A unit that has or had a session, and its highest token.
  UnitToken unit;
  bool in_session = false;
};
struct MatchStep {
  template <class Message>
  void Tell(Slot slot, Message message) {
    agents.emplace_back(slot, std::move(message));
  }
  std::vector<AgentAct> agents;
  std::vector<OwnerAct> owners;
  std::vector<SaveUnit> writes;
  std::vector<Repair> repairs;  // Told in the outbox.
  // From the moment when a demand and its agent were both there to the grant; of the step's last
  // grant. For figures only.
  std::optional<std::chrono::nanoseconds> match_time;
};

// What an agent says of itself after each change.
struct AgentView {
  Standing standing;
  Record record;
  bool fresh_rank = false;
  std::shared_ptr<const AgentFace> face;  // Null: unchanged.
};

class Matchmaker {
 public:
  // `token` of the pool, raised at each start: reservation ids begin with it. `expected`: units
  // that had a session; nothing is granted until all have declared or one lease has passed.
  Matchmaker(MatchRules rules, Token token, std::vector<SaveUnit> expected, Instant now);

  Slot Join(const AgentView& view, MatchStep& out, Instant now);
  void Leave(Slot slot, MatchStep& out, Instant now);
  MatchStep OnView(Slot slot, const AgentView& view, Instant now);
  MatchStep OnAskReply(Slot slot, const AskReply& reply, const AgentView& view, Instant now);
  MatchStep OnRedeclareReply(Slot slot, const RedeclareReply& reply, const AgentView& view,
                             Instant now);
  MatchStep OnEdgesSeen(Instant now);  // Each configured edge has given a whole snapshot.
  MatchStep OnOwner(StreamId stream, const OwnerMessage& message, Instant now);
  MatchStep OnStreamDown(StreamId stream, Instant now);
  MatchStep OnTick(Instant now);

  bool granting() const { return granting_; }
  std::size_t waiting() const { return book_.size(); }
  std::size_t reservations() const { return reservations_.size(); }
  std::size_t demands() const { return demands_.size() - free_demands_.size(); }
  std::size_t suspects() const;

 private:
  using UnitIx = std::uint32_t;
  enum class DemandState : std::uint8_t { kParked, kWaiting, kSticky, kAsking, kGranted };
  enum class HoldState : std::uint8_t { kAsking, kGranted, kTaken, kRedeclaring };
  struct AgentEntry {
    AgentId id;
    AgentView view;
    std::uint16_t asked = 0;  // Asks on their way, not yet in the view.
    bool distrusted = false;  // Refused against its own view: closed until the next one.
  };
  struct Demand {
    DemandSpec spec;
    UnitIx unit = 0;
    SignatureId signature = 0;
    Place place;
    DemandState state = DemandState::kParked;
    bool cancelled = false;
    std::uint8_t asks = 0;
    std::vector<ReservationKey> accepted;
    std::uint64_t grant = 0;
    std::optional<MonoTime> deadline;
    std::optional<MonoTime> patience;
    MonoTime open_since{};  // Since when it asks for what it asks for.
    Slot sticky = kNoSlot;
    std::uint32_t life = 0;  // Raised at each reuse of the handle.
  };
  struct Hold {
    Slot slot = kNoSlot;
    UnitIx unit = 0;
    DemandHandle demand = kNoDemand;
    HoldState state = HoldState::kAsking;
    std::uint64_t grant = 0;
    Rank rank_before = 0;
    Rank rank_given = 0;
    std::string seize_id;
    MonoTime since{};
    EdgeId edge{};  // As asked for.
  };
  struct Grant {
    DemandHandle demand = kNoDemand;
    UnitIx unit = 0;
    std::uint64_t revision = 0;
    std::vector<ReservationKey> keys;
  };
  struct UnitEntry {
    UnitRef unit;
    Token token = 0;
    StreamId stream = 0;
    bool declaring = false;
    bool declared = false;
    bool in_session = false;
    MonoTime lease_until{};
    MonoTime earlier_until{};  // An earlier owner may act on what it held until then.
    std::unordered_map<std::string, DemandHandle> demands;
    std::unordered_set<ReservationKey> held;
    std::vector<HeldClaim> claims;
    std::unordered_set<std::string> named;  // Demands of the declaration under way.
    std::optional<AudienceReply> told;
    // The last demands' words and what they mean, one an edge: most demands of a unit ask for the
    // same.
    struct Words {
      DemandSpec words;
      SignatureId signature = 0;
    };
    std::vector<Words> last;
  };
  struct StreamEntry {
    std::set<UnitIx> units;
    std::map<std::uint64_t, Grant> grants;
    std::uint64_t next_grant = 1;
    MonoTime heard{};
    bool suspect = false;
  };

  // --- Matching (matchmaker_match.cc)
  void OnAskReply(Slot slot, const AskReply& reply, const AgentView& view, MatchStep& out,
                  Instant now);
  void SettleSeize(ReservationKey key, Refusal refusal, MatchStep& out, Instant now);
  void ApplyView(Slot slot, const AgentView& view);
  void Restand(Slot slot, Rank rank);
  void Seek(DemandHandle handle, MatchStep& out, Instant now);
  void SeekAll(DemandHandle handle, MatchStep& out, Instant now);
  void Freed(Slot slot, MatchStep& out, Instant now);
  DemandHandle NextFor(Slot slot, MatchStep& out, Instant now);
  void Ask(DemandHandle handle, Slot slot, const EdgeId& edge, MatchStep& out, Instant now);
  Slot BestFor(const Demand& demand, SignatureId signature);
  bool Excludes(const Demand& demand, Slot slot) const;
  bool MayMatch(const UnitEntry& unit) const;
  void Unplace(DemandHandle handle);
  void Settle(DemandHandle handle, MatchStep& out, Instant now);
  void SendGrant(DemandHandle handle, MatchStep& out, Instant now);
  void Release(ReservationKey key, MatchStep& out);
  void LetGo(ReservationKey key, ToAgent message, MatchStep& out);
  void Lapse(ReservationKey key, const char* reason, MatchStep& out);
  void EndMissing(UnitEntry& unit, const std::unordered_set<ReservationKey>& missing,
                  MatchStep& out, Instant now);
  void SeekInOrder(std::vector<DemandHandle> handles, MatchStep& out, Instant now);
  AgentTraits TraitsOf(const AgentFace& face);

  // --- Owners (matchmaker_owner.cc, matchmaker_declare.cc)
  void On(StreamId s, const Hello& m, MatchStep& out, Instant now);
  void On(StreamId s, const DemandSpec& m, MatchStep& out, Instant now);
  void On(StreamId s, const HeldClaim& m, MatchStep& out, Instant now);
  void On(StreamId s, const DeclareEnd& m, MatchStep& out, Instant now);
  void On(StreamId s, const agent_registry::Leave& m, MatchStep& out, Instant now);
  void On(StreamId s, const CancelDemand& m, MatchStep& out, Instant now);
  void On(StreamId s, const Taken& m, MatchStep& out, Instant now);
  void On(StreamId s, const Returned& m, MatchStep& out, Instant now);
  void On(StreamId s, const Heartbeat& m, MatchStep& out, Instant now);
  void On(StreamId s, const OfferReport& m, MatchStep& out, Instant now);
  void On(StreamId s, const CompleteSlot& m, MatchStep& out, Instant now);
  std::unordered_map<AgentId, Slot>::iterator FindByName(const std::string& name);
  void On(StreamId s, const SeizeRequest& m, MatchStep& out, Instant now);
  UnitIx UnitOf(const Unit& unit);
  UnitEntry* OwnUnit(StreamId s, const Unit& unit);  // Null unless this stream has it.
  Hold* OwnHold(StreamId s, ReservationKey key, const char* if_not, MatchStep& out);
  void Upsert(UnitIx ix, const DemandSpec& spec, MatchStep& out, Instant now);
  void Describe(Demand& demand, const DemandSpec& spec, Instant now);
  SignatureId SignatureOf(UnitEntry& unit, const DemandSpec& spec);
  void CloseDemand(DemandHandle handle, const char* reason, ReservationKey key, MatchStep& out);
  void ForgetDemand(DemandHandle handle);
  void FreeHandle(DemandHandle handle);
  void GiveBack(StreamEntry& stream, std::map<std::uint64_t, Grant>::iterator grant, MatchStep& out,
                Instant now);
  void Take(StreamEntry& stream, std::map<std::uint64_t, Grant>::iterator grant,
            const std::vector<ReservationKey>& keys, MatchStep& out);
  void EndHold(ReservationKey key);
  void DetachUnit(UnitIx ix);
  void ReplaceUnit(UnitIx ix, MatchStep& out, Instant now);
  bool JudgeHeld(StreamId s, const Heartbeat& m, MatchStep& out, Instant now);
  void JudgeGrants(StreamEntry& stream, std::uint64_t seen,
                   const std::unordered_set<ReservationKey>& held, MatchStep& out, Instant now);
  bool JudgeTaken(const UnitEntry& unit, std::uint64_t seen,
                  const std::unordered_set<ReservationKey>& held, MatchStep& out, Instant now);
  void Suspect(StreamEntry& stream);
  void Expire(UnitIx ix, const char* reason, MatchStep& out);
  void TellAudience(UnitEntry& unit, MatchStep& out);
  void MayStartGranting(MatchStep& out, Instant now);
  void ExpireTimes(MatchStep& out, Instant now);

  MatchRules rules_;
  AgentIndex index_;
  DemandBook book_;
  Interner names_;
  std::vector<SkillKey> edge_keys_;  // Edges that some agent was at.
  std::unordered_map<SkillKey, EdgeId> edge_names_;
  Token token_;
  std::uint64_t next_reservation_ = 0;
  std::vector<AgentEntry> agents_;
  std::unordered_map<AgentId, Slot> slots_by_id_;
  std::vector<Demand> demands_;
  std::vector<DemandHandle> free_demands_;
  std::unordered_map<ReservationKey, Hold> reservations_;
  std::vector<UnitEntry> units_;
  std::unordered_map<Unit, UnitIx> unit_ixs_;
  std::unordered_map<StreamId, StreamEntry> streams_;
  std::unordered_map<Slot, std::set<DemandHandle>> sticky_;
  struct Due {
    MonoTime at;
    DemandHandle handle;
    std::uint32_t life;
    friend auto operator<=>(const Due&, const Due&) = default;
  };
  std::set<Due> dues_;
  std::set<UnitIx> awaited_;  // Units of the last life that have not declared yet.
  bool edges_seen_ = false;
  bool granting_ = false;
  MonoTime started_;
  MonoTime last_tick_;
  MonoTime grace_until_{};
  MonoTime audience_at_{};
};

}  // namespace callfleet::agent_registry
