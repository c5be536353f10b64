#include "services/sip_edge/media/kept_sockets.h"

#include <utility>

namespace callfleet::sip_edge::media {

std::optional<SocketPair> KeptSockets::Take(MonoTime now) {
  while (rested_ < kept_.size() && kept_[rested_].rested <= now) ++rested_;
  if (rested_ == 0) return std::nullopt;
  std::swap(kept_[random_() % rested_].pair, kept_.front().pair);
  SocketPair pair = std::move(kept_.front().pair);
  kept_.pop_front();
  --rested_;
  return pair;
}

bool KeptSockets::Put(SocketPair&& pair, MonoTime now) {
  if (kept_.size() >= kMost) return false;
  kept_.push_back({now + rest_, std::move(pair)});
  return true;
}

std::vector<std::uint16_t> KeptSockets::Expire(MonoTime now) {
  std::vector<std::uint16_t> ports;
  while (!kept_.empty() && kept_.front().rested + kUnused <= now) {
    ports.push_back(kept_.front().pair.port);
    kept_.pop_front();
    if (rested_ > 0) --rested_;
  }
  return ports;
}

std::vector<std::uint16_t> KeptSockets::Clear() {
  std::vector<std::uint16_t> ports;
  for (const Kept& kept : kept_) ports.push_back(kept.pair.port);
  kept_.clear();
  rested_ = 0;
  return ports;
}

}  // namespace callfleet::sip_edge::media
