#pragma once
// Keeps up our registrations at trunks that ask for one (RFC 3261 10.2, digest). Sofia thread only.
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "services/sip_edge/domain/trunk_book.h"
#include "services/sip_edge/domain/trunk_registration.h"
#include "services/sip_edge/loop/digest_client.h"
#include "services/sip_edge/loop/sip_stack.h"
#include "services/sip_edge/ports/resolver.h"

namespace callfleet::sip_edge {

class TrunkRegistrar {
 public:
  struct Host {
    SipStack& stack;
    TrunkBook& trunks;
    Resolver& resolver;
    std::function<std::uint32_t()> random;
    // On this thread after a time; 0 ms: as soon as the present callback is over. From any thread.
    std::function<void(std::chrono::milliseconds, std::function<void()>)> later;
  };
  explicit TrunkRegistrar(Host host) : host_(std::move(host)) {}

  // Compares with the trunks as they are now: registers at new ones, again at changed ones, and
  // takes back what is no longer wanted (all of it while draining).
  void Sweep(bool draining);

 private:
  struct Entry {
    TrunkSettings settings;  // As registered; the trunk itself may be gone.
    TrunkRegistration registration{};
    std::uint64_t generation = 0;  // Later steps of an older one are void.
    std::string call_id{};
    std::uint32_t cseq = 0;
    std::optional<Challenge> challenge{};
    bool proxy = false;  // It came with a 407.
    std::uint32_t nonce_count = 0;
    bool proven = false;  // This round's challenge has been answered.
  };
  static bool SamePlace(const TrunkSettings& a, const TrunkSettings& b);
  Entry* Find(const TrunkId& trunk, std::uint64_t generation);
  void Begin(const TrunkId& trunk, std::uint64_t generation);
  void Send(const TrunkId& trunk, Entry& entry, const ResolvedHop& hop, std::uint32_t expires_s);
  void OnResponse(const TrunkId& trunk, std::uint64_t generation, int code, const sip_t* sip);
  void Next(const TrunkId& trunk, Entry& entry, std::chrono::milliseconds after);
  void Withdraw(const TrunkId& trunk, Entry& entry);
  std::string DomainOf(const TrunkSettings& settings) const;

  Host host_;
  std::map<TrunkId, Entry> entries_;
  std::uint64_t next_generation_ = 1;
};

}  // namespace callfleet::sip_edge
