#include "services/sip_edge/media/port_pool.h"

#include <utility>

namespace callfleet::sip_edge::media {

PortPool::PortPool(std::uint16_t min, std::uint16_t max, std::chrono::milliseconds rest,
                   std::uint64_t seed)
    : rest_(rest), random_(seed) {
  for (std::uint32_t port = min; port < max; port += 2) {
    free_.push_back(static_cast<std::uint16_t>(port));
  }
}

void PortPool::Wake(MonoTime now) {
  while (!resting_.empty() && resting_.front().until <= now) {
    free_.push_back(resting_.front().port);
    resting_.pop_front();
  }
}

std::optional<std::uint16_t> PortPool::Take(MonoTime now) {
  Wake(now);
  if (free_.empty()) {
    if (resting_.empty()) return std::nullopt;
    const std::uint16_t port = resting_.front().port;
    resting_.pop_front();
    return port;
  }
  std::swap(free_[random_() % free_.size()], free_.back());
  const std::uint16_t port = free_.back();
  free_.pop_back();
  return port;
}

void PortPool::Return(std::uint16_t port, MonoTime now) { resting_.push_back({now + rest_, port}); }

}  // namespace callfleet::sip_edge::media
