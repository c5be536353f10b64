#pragma once
// Host names to addresses, off the sofia thread: nta gets address literals only.
#include <functional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/sip_edge/domain/trunk.h"

namespace callfleet::sip_edge {

struct ResolvedHop {
  std::string address;  // "192.0.2.1", "2001:db8::1"
  std::uint16_t port = 5060;
  Transport transport = Transport::kUdp;
};

class Resolver {
 public:
  // In order of preference (RFC 3263); NAME_NOT_FOUND. Runs on the resolver's thread.
  using Done = std::function<void(Result<std::vector<ResolvedHop>>)>;
  virtual ~Resolver() = default;
  virtual void Resolve(const std::string& host, std::uint16_t port, Transport transport,
                       Done done) = 0;
};

}  // namespace callfleet::sip_edge
