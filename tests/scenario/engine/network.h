#pragma once
// The ways between processes: streams that keep their order and break, requests that do neither.
#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "common/result/result.h"
#include "tests/scenario/engine/process.h"

namespace callfleet::engine {

struct NetworkRates {
  MonoDuration least{50};
  MonoDuration most{2'000};
  double slow = 0;         // Share of messages that take up to 300 ms.
  double lost_answer = 0;  // Share of requests that are done and not answered.
};

// One stream between a client and a server, as gRPC gives it over TCP: in order each way, held
// while the way is cut, ended on both sides, though not at the same moment.
class Stream : public std::enable_shared_from_this<Stream> {
 public:
  struct Side {
    LifeRef life;
    Task on_down;
    MonoDuration last{0};
    std::deque<Task> held;
    bool told = false;
  };
  Stream(Kernel* kernel, const NetworkRates* rates, LifeRef client, LifeRef server)
      : kernel_(kernel), rates_(rates) {
    sides_[0].life = std::move(client);
    sides_[1].life = std::move(server);
  }

  // Runs `arrive` at the other side, unless the stream breaks before.
  void ToServer(Task arrive) { Send(1, std::move(arrive)); }
  void ToClient(Task arrive) { Send(0, std::move(arrive)); }
  void OnClientDown(Task task) { sides_[0].on_down = std::move(task); }
  void OnServerDown(Task task) { sides_[1].on_down = std::move(task); }

  bool broken() const { return broken_; }
  bool Touches(const Life* life) const {
    return sides_[0].life.get() == life || sides_[1].life.get() == life;
  }
  bool Cut() const { return Apart(sides_[0].life->host(), sides_[1].life->host()); }
  Life* client() const { return sides_[0].life.get(); }
  Life* server() const { return sides_[1].life.get(); }
  // Each side hears of it after its own delay.
  void Break(MonoDuration client_hears, MonoDuration server_hears);
  void Heal();  // The way is open again: what was held goes on.

 private:
  void Send(int to, Task arrive);
  void Arrive(int to, Task task);

  Kernel* kernel_;
  const NetworkRates* rates_;
  Side sides_[2];
  bool broken_ = false;
};

class Network {
 public:
  Network(Kernel* kernel, NetworkRates rates) : kernel_(kernel), rates_(rates) {}

  NetworkRates rates() const { return rates_; }
  void SetRates(NetworkRates rates) { rates_ = rates; }
  MonoDuration Delay();

  // Connects after a moment; null: nobody is there.
  void Open(const LifeRef& client, std::function<LifeRef()> server,
            std::function<void(std::shared_ptr<Stream>)> opened);
  // A request and its answer. Without an answer: UNAVAILABLE or DEADLINE_EXCEEDED after 2 s.
  template <class Answer>
  void Request(const LifeRef& client, std::function<LifeRef()> server,
               std::function<Result<Answer>()> serve, std::function<void(Result<Answer>)> done) {
    auto asked = std::make_shared<Asked<Answer>>();
    *asked = {client, std::move(server), std::move(serve), std::move(done)};
    kernel_->After(Delay(), "request", [this, asked] { Arrive(asked); });
  }

  void ProcessDied(const Life* life);
  void ProcessStopped(const Life* life);  // Its peers find out by their pings.
  void WaysCut();                         // After hosts were cut apart.
  void WaysHealed();
  void BreakOne();  // Some stream, for no reason at all.

 private:
  template <class Answer>
  struct Asked {
    LifeRef client;
    std::function<LifeRef()> server;
    std::function<Result<Answer>()> serve;
    std::function<void(Result<Answer>)> done;
    bool over = false;  // Answered, or given up.

    void Finish(Result<Answer> answer) {
      if (std::exchange(over, true)) return;
      if (!client->stopped()) {
        if (client->alive()) done(std::move(answer));
        return;
      }
      client->Run([done = std::move(done), answer = std::move(answer)]() mutable {
        done(std::move(answer));
      });
    }
  };
  template <class Answer>
  void Arrive(const std::shared_ptr<Asked<Answer>>& asked) {
    const LifeRef to = asked->server();
    if (!to || !to->alive()) {
      const Host& there = to ? to->host() : asked->client->host();
      const bool dark = Apart(asked->client->host(), there);
      return kernel_->After(dark ? seconds(2) : milliseconds(1), "refused", [asked] {
        asked->Finish(Unavailable("UNAVAILABLE", "nobody is there"));
      });
    }
    kernel_->After(seconds(2), "deadline", [asked] {
      if (asked->over) return;
      asked->Finish(Fail(Error{ErrorCode::kDeadlineExceeded, "DEADLINE_EXCEEDED", "no answer"}));
    });
    if (Apart(asked->client->host(), to->host())) return;
    to->Run([this, asked, to] {
      // Cancelled while the server stood still: it reads that before it serves.
      if (asked->over || !asked->client->alive()) return;
      Result<Answer> answer = asked->serve();
      if (kernel_->Chance(rates_.lost_answer)) return;
      kernel_->After(Delay(), "answer", [asked, to, answer = std::move(answer)]() mutable {
        if (!Apart(asked->client->host(), to->host())) asked->Finish(std::move(answer));
      });
    });
  }
  void Sweep();

  Kernel* kernel_;
  NetworkRates rates_;
  std::vector<std::shared_ptr<Stream>> streams_;
};

}  // namespace callfleet::engine
