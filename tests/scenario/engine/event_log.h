#pragma once
// An outbox as the services keep it: streams that count 1, 2, 3 … without a gap, and one order over
// all of them in which readers go on.
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "callfleet/common/v1/event.pb.h"
#include "common/clock/clock.h"

namespace callfleet::engine {

class EventLog {
 public:
  using Event = callfleet::common::v1::Event;
  struct Told {
    std::string stream;
    std::string subject;
    std::string type;
    std::string payload;
    WallTime at{};
  };

  explicit EventLog(std::string source) : source_(std::move(source)) {}

  void Append(const Told& told);
  std::size_t size() const { return events_.size(); }
  const Event& at(std::size_t number) const { return *events_[number]; }
  // After each transaction that told something.
  void OnCommitted(std::function<void()> wake) { wake_ = std::move(wake); }
  void Committed() {
    if (events_.size() > woken_ && wake_) wake_();
    woken_ = events_.size();
  }

 private:
  std::string source_;
  std::vector<std::unique_ptr<Event>> events_;
  std::map<std::string, std::uint64_t> last_;  // By stream.
  std::function<void()> wake_;
  std::size_t woken_ = 0;
};

}  // namespace callfleet::engine
