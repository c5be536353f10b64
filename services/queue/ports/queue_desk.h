#pragma once
// Driving: what operators ask.
#include <functional>
#include <string>

#include "common/result/result.h"
#include "services/queue/domain/directory.h"

namespace callfleet::queue {

// Thread safe, never blocks; each reply is called once, on any thread.
class QueueDesk {
 public:
  template <class T>
  using Reply = std::function<void(Result<T>)>;

  virtual ~QueueDesk() = default;
  virtual void Create(RequestId request, QueueSettings settings, Reply<Queue> reply) = 0;
  virtual void Get(QueueId id, Reply<Queue> reply) = 0;
  virtual void List(std::string after, std::size_t size, Reply<Directory::Page> reply) = 0;
};

}  // namespace callfleet::queue
