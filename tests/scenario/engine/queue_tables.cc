#include "tests/scenario/engine/queue_tables.h"

#include <algorithm>
#include <utility>

#include "services/queue/rpc/proto_records.h"

namespace callfleet::engine {

namespace {

constexpr seconds kReadLimit{5};
constexpr std::chrono::hours kLate{1};

const queue::RecordCodec& Codec() {
  static const queue::ProtoRecords codec;
  return codec;
}

}  // namespace

QueueTables::Taken QueueTables::Take(Database* database) const {
  const Unit unit{UnitKind::kRouting, ""};
  Taken taken{.unit = {unit, database->Take(unit)}, .directory = {}, .plan = {}};
  for (const auto& [id, queue] : queues_) {
    taken.directory.Restore(*Codec().UnpackQueue(Codec().Pack(queue)), RequestId(id.str()));
  }
  for (const auto& route : routes_) taken.plan.Set(*Codec().UnpackRoute(Codec().Pack(route)));
  return taken;
}

// As adapters/pg_store reads it.
std::shared_ptr<queue::QueueModel> QueueTables::Load(Database* database, const queue::Queue& queue,
                                                     WallTime now) const {
  auto model = std::make_shared<queue::QueueModel>();
  model->queue = queue;
  model->token = database->Take({UnitKind::kQueue, queue.id.str()});
  model->loaded = now;
  since_load[queue.id] = {};
  for (const auto& [id, row] : tickets) {
    if (!row.open() || row.queue != queue.id) continue;
    if (auto ticket = Codec().UnpackTicket(row.record)) {
      queue::Restore(*model, std::move(*ticket));
    } else {
      kernel_->Broken("the record of ticket " + id.str() + " cannot be read");
    }
  }
  if (const auto kept = requests_.find(queue.id); kept != requests_.end()) {
    for (const auto& [id, request] : kept->second) {
      queue::RestoreRequest(*model, request);
    }
  }
  const auto ended = ended_.find(queue.id);
  if (ended == ended_.end()) return model;
  for (const TicketId& id : ended->second) {
    const TicketRow& row = tickets.at(id);
    if (now - row.ended >= kLate) continue;
    if (row.end == queue::TicketEnd::kAnswered) {
      model->last_agents.Note(row.caller, row.agent, row.ended);
    }
    if (row.end == queue::TicketEnd::kAbandoned) {
      model->left_places.Note(row.caller, {.since = row.since, .priority = 0}, row.ended);
    }
    if (!row.call.empty()) model->done[row.call];
  }
  return model;
}

void QueueTables::Write(const Unit& unit, const queue::Writes& writes) {
  for (const auto& write : writes) {
    std::visit([&](const auto& one) { Apply(one); }, write);
    if (const auto* request = std::get_if<queue::KeepRequest>(&write)) {
      requests_[QueueId(unit.id)][request->request] = *request;
    }
    auto event = Codec().Event(write);
    if (event.type.empty()) continue;
    events.Append({.stream = ToString(unit),
                   .subject = std::move(event.subject),
                   .type = std::move(event.type),
                   .payload = std::move(event.bytes),
                   .at = event.time});
  }
  events.Committed();
}

void QueueTables::Apply(const queue::SaveTicket& write) {
  const queue::Ticket& ticket = write.ticket;
  const auto [at, fresh] = tickets.try_emplace(ticket.id);
  TicketRow& row = at->second;
  if (!row.open()) kernel_->Broken("ticket " + ticket.id.str() + " is written after its end");
  if (fresh) {
    row.queue = write.queue;
    auto& others = by_call_[ticket.call];
    for (const TicketId& other : others) {
      const TicketRow& earlier = tickets.at(other);
      if (earlier.queue == write.queue && (earlier.open() || !may_return)) {
        kernel_->Broken("call " + ticket.call.str() + " has a second ticket in " +
                        write.queue.str());
      }
    }
    others.push_back(ticket.id);
  }
  row.record = Codec().Pack(ticket, write.queue);
  row.call = ticket.call;
  row.caller = ticket.caller;
  row.agent = ticket.agent;
  row.since = ticket.since;
  row.waits = ticket.state == queue::TicketState::kWaiting && ticket.required_agent.empty() &&
              !ticket.IsCallback();
  row.callback = ticket.IsCallback();
  if (ticket.callback) {
    int& tries = callback_tries[ticket.callback->number];
    tries = std::max(tries, ticket.callback->attempts);
  }
  Counts& counts = since_load[write.queue];
  if (!row.answered && ticket.answered != WallTime{}) {
    row.answered = ticket.answered;
    ++counts.answered;
  }
  if (ticket.state != queue::TicketState::kEnded) return;
  if (ticket.end == queue::TicketEnd::kNone) {
    kernel_->Broken("ticket " + ticket.id.str() + " ends without saying how");
  }
  row.end = ticket.end;
  ++counts.ends[row.end];
  row.ended = ticket.ended;
  ended_[write.queue].push_back(ticket.id);
}

const QueueTables::TicketRow* QueueTables::OpenTicketOf(const CallId& call) const {
  const auto found = by_call_.find(call);
  if (found == by_call_.end()) return nullptr;
  for (const TicketId& id : found->second) {
    if (const TicketRow& row = tickets.at(id); row.open()) return &row;
  }
  return nullptr;
}

// --- A process's store

namespace {

class QueueWriter final : public queue::Committer {
 public:
  QueueWriter(QueueTables* tables, std::shared_ptr<GroupCommit> writer, UnitToken unit)
      : tables_(tables),
        writer_(std::move(writer)),
        lane_(std::make_shared<GroupCommit::Lane>(GroupCommit::Lane{std::move(unit)})) {}
  void Commit(queue::Writes writes, Done done) override {
    auto kept = std::make_shared<queue::Writes>(std::move(writes));
    const auto submitted = writer_->Submit(
        lane_, [tables = tables_, unit = lane_->unit.unit, kept] { tables->Write(unit, *kept); },
        done);
    if (!submitted) done(submitted);
  }

 private:
  QueueTables* tables_;
  std::shared_ptr<GroupCommit> writer_;
  GroupCommit::LaneRef lane_;
};

}  // namespace

void QueueStoreRun::Load(const queue::Queue& queue, WallTime now,
                         Reply<std::shared_ptr<queue::QueueModel>> reply) {
  using Loaded = std::shared_ptr<queue::QueueModel>;
  auto model =
      std::make_shared<Result<Loaded>>(Unavailable("DATABASE_AWAY", "The database is away."));
  database_->Transact(
      life_, kReadLimit,
      [tables = tables_, database = database_, queue, now, model] {
        *model = tables->Load(database, queue, now);
      },
      [model, reply = std::move(reply)](bool) { reply(std::move(*model)); });
}

std::unique_ptr<queue::Committer> QueueStoreRun::Open(const UnitToken& unit) {
  return std::make_unique<QueueWriter>(tables_, writer_, unit);
}

void QueueStoreRun::FindTicket(const TicketId& id, Reply<std::pair<QueueId, queue::Ticket>> reply) {
  const auto found = tables_->tickets.find(id);
  auto ticket =
      found == tables_->tickets.end() ? std::nullopt : Codec().UnpackTicket(found->second.record);
  if (!ticket) return reply(NotFound("TICKET_NOT_FOUND", "No ticket has this id."));
  reply(std::pair{found->second.queue, std::move(*ticket)});
}

}  // namespace callfleet::engine
