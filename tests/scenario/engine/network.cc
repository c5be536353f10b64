#include "tests/scenario/engine/network.h"

#include <algorithm>
#include <utility>

namespace callfleet::engine {

namespace {

MonoDuration DelayOf(Kernel* kernel, const NetworkRates& rates) {
  if (kernel->Chance(rates.slow)) return kernel->Between(rates.most, milliseconds(300));
  return kernel->Between(rates.least, rates.most);
}

}  // namespace

void Stream::Send(int to, Task arrive) {
  if (broken_) return;
  Side& side = sides_[to];
  side.last = std::max(side.last, kernel_->now() + DelayOf(kernel_, *rates_));
  kernel_->After(side.last - kernel_->now(), "message",
                 [self = shared_from_this(), to, arrive = std::move(arrive)]() mutable {
                   self->Arrive(to, std::move(arrive));
                 });
}

void Stream::Arrive(int to, Task task) {
  if (broken_) return;
  Side& side = sides_[to];
  if (Cut() || !side.held.empty()) {
    side.held.push_back(std::move(task));
    return;
  }
  if (!side.life->stopped()) {
    if (side.life->alive() && !side.told) task();
    return;
  }
  side.life->Run([self = shared_from_this(), to, task = std::move(task)] {
    if (!self->sides_[to].told) task();
  });
}

void Stream::Heal() {
  if (broken_ || Cut()) return;
  for (Side& side : sides_) {
    for (Task& task : std::exchange(side.held, {})) {
      side.life->RunAfter(MonoDuration(0), "held", [self = shared_from_this(), task] {
        if (!self->broken_) task();
      });
    }
  }
}

void Stream::Break(MonoDuration client_hears, MonoDuration server_hears) {
  if (std::exchange(broken_, true)) return;
  const MonoDuration after[2] = {client_hears, server_hears};
  for (int n = 0; n < 2; ++n) {
    sides_[n].held.clear();
    sides_[n].life->RunAfter(after[n], "down", [self = shared_from_this(), n] {
      Side& side = self->sides_[n];
      if (!std::exchange(side.told, true) && side.on_down) side.on_down();
      side.on_down = nullptr;
    });
  }
}

MonoDuration Network::Delay() { return DelayOf(kernel_, rates_); }

void Network::Open(const LifeRef& client, std::function<LifeRef()> server,
                   std::function<void(std::shared_ptr<Stream>)> opened) {
  kernel_->After(Delay(), "connect", [=, this] {
    const LifeRef to = server();
    const bool there = to && to->alive() && !to->stopped() && !Apart(client->host(), to->host());
    if (!there) {
      const bool dark = to && to->alive();
      return client->RunAfter(dark ? seconds(2) : milliseconds(1), "no connection",
                              [opened] { opened(nullptr); });
    }
    auto stream = std::make_shared<Stream>(kernel_, &rates_, client, to);
    Sweep();
    streams_.push_back(stream);
    client->Run([opened, stream] { opened(stream->broken() ? nullptr : stream); });
  });
}

void Network::Sweep() {
  std::erase_if(streams_, [](const auto& stream) { return stream->broken(); });
}

void Network::ProcessDied(const Life* life) {
  for (const auto& stream : streams_) {
    if (!stream->Touches(life)) continue;
    // Its kernel closes the sockets; across a cut only pings tell.
    const auto hears = stream->Cut() ? kernel_->Between(seconds(10), seconds(15)) : Delay();
    stream->Break(hears, hears);
  }
  Sweep();
}

void Network::ProcessStopped(const Life* life) {
  for (const auto& stream : streams_) {
    if (!stream->Touches(life)) continue;
    kernel_->After(kernel_->Between(seconds(10), seconds(15)), "ping", [stream, life] {
      if (life->stopped()) stream->Break(MonoDuration(0), MonoDuration(0));
    });
  }
}

void Network::WaysCut() {
  for (const auto& stream : streams_) {
    if (!stream->Cut()) continue;
    const auto client = kernel_->Between(seconds(10), seconds(15));
    const auto server = kernel_->Between(seconds(10), seconds(15));
    kernel_->After(std::min(client, server), "ping", [stream, client, server] {
      const auto first = std::min(client, server);
      if (stream->Cut()) stream->Break(client - first, server - first);
    });
  }
}

void Network::WaysHealed() {
  for (const auto& stream : streams_) stream->Heal();
}

void Network::BreakOne() {
  Sweep();
  if (streams_.empty()) return;
  const auto& stream = streams_[kernel_->Below(streams_.size())];
  kernel_->Note("stream breaks",
                stream->client()->host().name + "-" + stream->server()->host().name);
  // Half of them half-open: one side learns of it by its pings only.
  const auto fast = Delay();
  const auto late = kernel_->Chance(0.5) ? kernel_->Between(seconds(5), seconds(15)) : Delay();
  if (kernel_->Chance(0.5)) {
    stream->Break(fast, late);
  } else {
    stream->Break(late, fast);
  }
}

}  // namespace callfleet::engine
