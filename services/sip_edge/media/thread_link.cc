#include "services/sip_edge/media/thread_link.h"

#include <sys/eventfd.h>
#include <unistd.h>

namespace callfleet::sip_edge::media {

Signal::Signal() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

Signal::~Signal() {
  if (fd_ >= 0) ::close(fd_);
}

void Signal::Raise() {
  if (raised_.exchange(true)) return;
  const std::uint64_t one = 1;
  (void)!::write(fd_, &one, sizeof one);
}

// The counter is emptied first: whoever raises after the store finds the flag down and writes
// again.
void Signal::Clear() {
  std::uint64_t count = 0;
  (void)!::read(fd_, &count, sizeof count);
  raised_.exchange(false);  // Reads what Raise() wrote: its ring entry is seen, too.
}

}  // namespace callfleet::sip_edge::media
