#include "services/sip_edge/adapters/cares_resolver.h"

#include <ares.h>
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace callfleet::sip_edge {

namespace {

constexpr int kSrvTtlSeconds = 30;
constexpr int kMostTtlSeconds = 3600;

std::string KeyOf(const std::string& host, std::uint16_t port, Transport transport) {
  return host + ":" + std::to_string(port) + "/" + std::to_string(static_cast<int>(transport));
}

}  // namespace

struct CaresResolver::Job {
  std::string host;
  std::uint16_t port;
  Transport transport;
  Done done;
};

// One name under way: SRV records, then the addresses of their targets one after the other.
class CaresResolver::Lookup {
 public:
  Lookup(CaresResolver& owner, std::unique_ptr<Job> job) : owner_(owner), job_(std::move(job)) {
    ++owner_.under_way_;
  }
  ~Lookup() { --owner_.under_way_; }

  void Start() {
    if (job_->port != 0) {
      targets_.push_back({job_->host, job_->port});
      NextAddress();
      return;
    }
    const std::string name = (job_->transport == Transport::kUdp   ? "_sip._udp."
                              : job_->transport == Transport::kTcp ? "_sip._tcp."
                                                                   : "_sips._tcp.") +
                             job_->host;
    ares_query(static_cast<ares_channel>(owner_.channel_), name.c_str(), ns_c_in, ns_t_srv,
               &Lookup::OnSrv, this);
  }

 private:
  static void OnSrv(void* arg, int status, int, unsigned char* data, int length) {
    auto* self = static_cast<Lookup*>(arg);
    if (status == ARES_ECANCELLED || status == ARES_EDESTRUCTION) {
      delete self;  // The channel is going: it takes no more questions.
      return;
    }
    ares_srv_reply* records = nullptr;
    if (status == ARES_SUCCESS && ares_parse_srv_reply(data, length, &records) == ARES_SUCCESS) {
      std::vector<ares_srv_reply*> sorted;
      for (auto* r = records; r != nullptr; r = r->next) sorted.push_back(r);
      std::stable_sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) {
        return a->priority != b->priority ? a->priority < b->priority : a->weight > b->weight;
      });
      for (const auto* r : sorted) self->targets_.push_back({r->host, r->port});
      self->ttl_s_ = kSrvTtlSeconds;
      ares_free_data(records);
    }
    if (self->targets_.empty())
      self->targets_.push_back({self->job_->host, DefaultPort(self->job_->transport)});
    self->NextAddress();
  }

  void NextAddress() {
    if (next_ >= targets_.size() || hops_.size() >= 16) {
      Finish();
      return;
    }
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_DGRAM;
    ares_getaddrinfo(static_cast<ares_channel>(owner_.channel_), targets_[next_].first.c_str(),
                     nullptr, &hints, &Lookup::OnAddress, this);
  }

  static void OnAddress(void* arg, int status, int, ares_addrinfo* found) {
    auto* self = static_cast<Lookup*>(arg);
    if (status == ARES_ECANCELLED || status == ARES_EDESTRUCTION) {
      delete self;
      return;
    }
    if (status == ARES_SUCCESS && found != nullptr) {
      for (const auto* node = found->nodes; node != nullptr; node = node->ai_next) {
        char text[INET_ADDRSTRLEN] = {0};
        const auto* address = reinterpret_cast<const sockaddr_in*>(node->ai_addr);
        inet_ntop(AF_INET, &address->sin_addr, text, sizeof text);
        self->hops_.push_back({text, self->targets_[self->next_].second, self->job_->transport});
        self->ttl_s_ = std::min(self->ttl_s_, std::max(1, node->ai_ttl));
      }
    }
    if (found != nullptr) ares_freeaddrinfo(found);
    ++self->next_;
    self->NextAddress();
  }

  void Finish() {
    if (hops_.empty()) {
      job_->done(NotFound("NAME_NOT_FOUND", "no address for " + job_->host));
    } else {
      owner_.Remember(*job_, hops_, ttl_s_);
      job_->done(hops_);
    }
    delete this;
  }

  CaresResolver& owner_;
  std::unique_ptr<Job> job_;
  std::vector<std::pair<std::string, std::uint16_t>> targets_;
  std::size_t next_ = 0;
  std::vector<ResolvedHop> hops_;
  int ttl_s_ = kMostTtlSeconds;
};

CaresResolver::CaresResolver(std::string servers) : servers_(std::move(servers)) {
  wake_fd_ = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  thread_ = std::thread([this] { Work(); });
}

CaresResolver::~CaresResolver() {
  Stop();
  close(wake_fd_);
}

void CaresResolver::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  eventfd_write(wake_fd_, 1);
  if (thread_.joinable()) thread_.join();
}

void CaresResolver::Resolve(const std::string& host, std::uint16_t port, Transport transport,
                            Done done) {
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_ && jobs_.size() < kMostWaiting) {
      jobs_.push_back(std::make_unique<Job>(Job{host, port, transport, std::move(done)}));
      done = nullptr;
    }
  }
  if (done) {
    done(Fail(Error{.code = ErrorCode::kResourceExhausted,
                    .reason = "RESOLVER_FULL",
                    .message = "too many names wait"}));
    return;
  }
  eventfd_write(wake_fd_, 1);
}

void CaresResolver::Begin(std::unique_ptr<Job> job) {
  const auto cached = cache_.find(KeyOf(job->host, job->port, job->transport));
  if (cached != cache_.end() && cached->second.until > std::chrono::steady_clock::now()) {
    job->done(cached->second.hops);
    return;
  }
  (new Lookup(*this, std::move(job)))->Start();  // Deletes itself when it is done.
}

void CaresResolver::Remember(const Job& job, const std::vector<ResolvedHop>& hops, int ttl_s) {
  if (cache_.size() >= kMostCached) cache_.clear();
  cache_[KeyOf(job.host, job.port, job.transport)] = {
      hops, std::chrono::steady_clock::now() + std::chrono::seconds(ttl_s)};
}

namespace {

// One round of the channel's sockets and of the wake-up; `limit_ms` -1: however long it takes.
void WaitAndProcess(ares_channel channel, int wake_fd, int limit_ms) {
  ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
  const int mask = ares_getsock(channel, sockets, ARES_GETSOCK_MAXNUM);
  std::vector<pollfd> polled{{wake_fd, POLLIN, 0}};
  for (int i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
    short events = 0;
    if (ARES_GETSOCK_READABLE(mask, i)) events |= POLLIN;
    if (ARES_GETSOCK_WRITABLE(mask, i)) events |= POLLOUT;
    if (events != 0) polled.push_back({sockets[i], events, 0});
  }
  poll(polled.data(), polled.size(), limit_ms);
  eventfd_t ignored = 0;
  eventfd_read(wake_fd, &ignored);
  ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // Timeouts.
  for (std::size_t i = 1; i < polled.size(); ++i) {
    const auto& p = polled[i];
    ares_process_fd(channel, (p.revents & POLLIN) != 0 ? p.fd : ARES_SOCKET_BAD,
                    (p.revents & POLLOUT) != 0 ? p.fd : ARES_SOCKET_BAD);
  }
}

}  // namespace

void CaresResolver::Work() {
  ares_library_init(ARES_LIB_INIT_ALL);
  ares_options options{};
  options.timeout = 1000;  // ms, first try
  options.tries = 3;
  ares_channel channel = nullptr;
  ares_init_options(&channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);
  if (!servers_.empty()) ares_set_servers_ports_csv(channel, servers_.c_str());
  channel_ = channel;
  while (true) {
    std::deque<std::unique_ptr<Job>> jobs;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) break;
      jobs.swap(jobs_);
    }
    for (auto& job : jobs) Begin(std::move(job));
    WaitAndProcess(channel, wake_fd_, under_way_ > 0 ? 200 : -1);
  }
  ares_destroy(channel);
  ares_library_cleanup();
}

}  // namespace callfleet::sip_edge
