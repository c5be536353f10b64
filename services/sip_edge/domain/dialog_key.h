#pragma once
// Enough to send a BYE from another process: the journal's row.
#include <cstdint>
#include <string>
#include <vector>

namespace callfleet::sip_edge {

struct DialogKey {
  std::string call_id{};
  std::string local_tag{};
  std::string remote_tag{};
  std::string
      contact{};         // Our Contact header: stands for the From address (RFC 3261: tags matter).
  std::string target{};  // Request URI.
  std::vector<std::string> route{};
  std::string next_hop{};
  std::uint32_t cseq = 0;  // The last one used by us.
};

}  // namespace callfleet::sip_edge
