#include "services/supervisor/domain/performance.h"

#include <algorithm>

#include "services/supervisor/domain/subject.h"

namespace callfleet::supervisor {
namespace {

constexpr std::chrono::minutes kLeastBucket{1};
constexpr std::chrono::hours kLargestBucket{31 * 24};
constexpr std::chrono::hours kLongestQuery{2 * 366 * 24};

using Spans = std::vector<std::pair<WallTime, WallTime>>;

// Without overlaps, in order.
Spans United(Spans spans) {
  std::ranges::sort(spans);
  Spans out;
  for (const auto& span : spans) {
    if (!out.empty() && span.first <= out.back().second) {
      out.back().second = std::max(out.back().second, span.second);
    } else {
      out.push_back(span);
    }
  }
  return out;
}

// What of `from` lies in none of `away`; both united.
Spans Without(const Spans& from, const Spans& away) {
  Spans out;
  auto at = away.begin();
  for (auto [start, end] : from) {
    while (at != away.end() && at->second <= start) ++at;
    for (auto next = at; next != away.end() && next->first < end; ++next) {
      if (next->first > start) out.emplace_back(start, next->first);
      start = std::max(start, next->second);
    }
    if (start < end) out.emplace_back(start, end);
  }
  return out;
}

const char* CauseOf(OfferEnd end) {
  switch (end) {
    case OfferEnd::kAnswered:
      return "";
    case OfferEnd::kNoAnswer:
      return "no_answer";
    case OfferEnd::kDeclined:
      return "declined";
    case OfferEnd::kDeviceFault:
      return "device_fault";
    case OfferEnd::kWithdrawn:
      return "withdrawn";
  }
  return "";
}

void CountWait(const CallRow& row, Figures* figures) {
  const auto step = std::ranges::find_if(
      kWaitSteps, [&](int seconds) { return row.wait <= std::chrono::seconds(seconds); });
  ++figures->waits.at(static_cast<std::size_t>(step - kWaitSteps.begin()));
  figures->longest_wait = std::max(figures->longest_wait, row.wait);
}

// What only callers of a queue come to.
void CountInbound(const CallRow& row, Figures* figures) {
  if (row.kind == CallKind::kRefused) ++figures->refused;
  if (row.outcome == "interrupted") ++figures->interrupted;
  if (row.outcome == "removed") ++figures->removed;
  if (row.outcome == "callback_failed") ++figures->callbacks_failed;
  if (row.returned) ++figures->returned;
  if (row.callback_asked) ++figures->callbacks;
  if (row.callback_answered) ++figures->callbacks_answered;
  if (row.callback_waiting) ++figures->callbacks_waiting;
  if (!row.waiting) return;
  ++figures->waiting;
  figures->waiting_since = std::min(figures->waiting_since.value_or(row.began), row.began);
}

void CountAvoidable(Micros time, Figures* figures) {
  const auto step = std::ranges::find_if(
      kAvoidableSteps, [&](int limit) { return time <= std::chrono::milliseconds(limit); });
  ++figures->avoidable_waits.at(static_cast<std::size_t>(step - kAvoidableSteps.begin()));
}

void Count(const CallRow& row, Micros threshold, Figures* figures) {
  const bool in_threshold = row.wait <= threshold;
  if (row.lead_final) ++figures->leads_final;
  if (!row.placed) return;
  ++figures->total;
  if (row.queued) ++figures->queued;
  if (row.kind == CallKind::kOutbound) ++figures->attempts;
  if (row.by_person) ++figures->by_person;
  if (row.outbound_abandoned) ++figures->outbound_abandoned;
  if (row.overflowed) ++figures->overflowed;
  if (row.answered) {
    ++figures->answered;
    figures->wait += row.wait;
    if (in_threshold) ++figures->answered_in_threshold;
  } else if (row.abandoned) {
    ++figures->abandoned;
    if (in_threshold) ++figures->abandoned_in_threshold;
    if (row.short_abandoned) ++figures->short_abandoned;
  }
  if (row.kind != CallKind::kOutbound) CountInbound(row, figures);
  if (row.answered || row.abandoned) CountWait(row, figures);
}

// A subject that rows of this breakdown can have; without a breakdown those of any.
bool CanBeTold(const std::string& subject, Breakdown breakdown) {
  const auto kind = SubjectKind(subject);
  switch (breakdown) {
    case Breakdown::kNone:
      return !kind.empty() && kind != "call";
    case Breakdown::kQueue:
      return kind == "queue";
    case Breakdown::kCampaign:
      return kind == "campaign";
    case Breakdown::kAgent:
      return kind == "agent";
  }
  return false;
}

}  // namespace

Status CheckQuery(const PerformanceQuery& query) {
  if (query.end <= query.start) return InvalidField("end_time", "must be after start_time");
  if (query.end - query.start > kLongestQuery) {
    return InvalidField("end_time", "must be at most two years after start_time");
  }
  if (query.threshold < std::chrono::seconds(1) || query.threshold > std::chrono::hours(1)) {
    return InvalidField("service_level_threshold", "must be 1 s to 1 h");
  }
  if (query.subjects.size() > 1'000) return InvalidField("subjects", "must have at most 1,000");
  for (const auto& subject : query.subjects) {
    if (!CanBeTold(subject, query.breakdown)) {
      return InvalidField("subjects",
                          "must be queue:<id>, campaign:<id> or agent:<id>, as the breakdown is");
    }
  }
  if (query.bucket == Micros(0)) return {};
  if (query.bucket < kLeastBucket || query.bucket > kLargestBucket) {
    return InvalidField("bucket", "must be 1 min to 31 d");
  }
  if ((query.end - query.start) / query.bucket >= static_cast<std::int64_t>(kMaxBuckets)) {
    return InvalidField("bucket", "makes more than 10,000 buckets");
  }
  return {};
}

std::string PerformanceReport::Subject(const std::string& queue, const std::string& campaign,
                                       const std::string& agent) const {
  switch (query_.breakdown) {
    case Breakdown::kNone:
      return "all";
    case Breakdown::kQueue:
      return queue.empty() ? "" : "queue:" + queue;
    case Breakdown::kCampaign:
      return campaign.empty() ? "" : "campaign:" + campaign;
    case Breakdown::kAgent:
      return agent.empty() ? "" : "agent:" + agent;
  }
  return "";
}

std::string PerformanceReport::Subject(const std::optional<Unit>& unit,
                                       const std::string& agent) const {
  const auto of = [&](UnitKind kind) { return unit && unit->kind == kind ? unit->id : ""; };
  return Subject(of(UnitKind::kQueue), of(UnitKind::kCampaign), agent);
}

bool PerformanceReport::Wanted(const std::string& subject) const {
  if (subject.empty()) return false;
  if (query_.subjects.empty() || query_.breakdown == Breakdown::kNone) return true;
  return std::ranges::find(query_.subjects, subject) != query_.subjects.end();
}

std::size_t PerformanceReport::BucketOf(WallTime time) const {
  if (query_.bucket == Micros(0)) return 0;
  return static_cast<std::size_t>((time - query_.start) / query_.bucket);
}

WallTime PerformanceReport::BucketEnd(std::size_t number) const {
  if (query_.bucket == Micros(0)) return query_.end;
  return std::min(query_.end, query_.start + query_.bucket * static_cast<std::int64_t>(number + 1));
}

Figures& PerformanceReport::Bucket(const std::string& subject, std::size_t number) {
  return figures_[{subject, number}];
}

Figures* PerformanceReport::At(const std::string& subject, WallTime time) {
  if (!Wanted(subject) || time < query_.start || time >= query_.end) return nullptr;
  return &Bucket(subject, BucketOf(time));
}

template <class Put>
void PerformanceReport::Cut(WallTime from, WallTime to, Put put) const {
  from = std::max(from, query_.start);
  to = std::min(to, query_.end);
  while (from < to) {
    const auto number = BucketOf(from);
    const auto stop = std::min(to, BucketEnd(number));
    put(number, stop - from);
    from = stop;
  }
}

void PerformanceReport::Add(const CallRow& row) {
  if (query_.breakdown == Breakdown::kNone && !query_.subjects.empty()) {
    const auto named = [&](const std::string& subject) {
      return std::ranges::find(query_.subjects, subject) != query_.subjects.end();
    };
    if (!named("queue:" + row.queue) && !named("campaign:" + row.campaign) &&
        !named("agent:" + row.agent)) {
      return;
    }
  }
  Figures* figures = At(Subject(row.queue, row.campaign, row.agent), row.counted_at);
  if (figures != nullptr) Count(row, query_.threshold, figures);
}

void PerformanceReport::Add(const OfferRow& row) {
  const auto subject = Subject(row.unit, row.agent);
  if (Figures* figures = At(subject, row.start)) {
    ++figures->offers;
    if (row.end == OfferEnd::kAnswered) ++figures->offers_answered;
    if (row.end == OfferEnd::kNoAnswer || row.end == OfferEnd::kDeclined) ++figures->offers_missed;
    if (row.avoidable) CountAvoidable(*row.avoidable, figures);
  }
  if (row.avoidable && Wanted(subject)) {
    Cut(row.start - *row.avoidable, row.start, [&](std::size_t number, Micros time) {
      Bucket(subject, number).lost["avoidable"] += time;
    });
  }
  if (!Wanted(subject) || row.end == OfferEnd::kAnswered) return;
  Cut(row.start, row.over, [&](std::size_t number, Micros time) {
    Bucket(subject, number).lost[CauseOf(row.end)] += time;
  });
}

void PerformanceReport::Add(const WorkRow& row) {
  Figures* figures = At(Subject(row.unit, row.agent), row.over);
  if (figures == nullptr || !row.answered) return;
  ++figures->handled;
  figures->handle += row.talk + row.hold + row.wrap_up;
}

void PerformanceReport::Add(const OutcomeRow& row) {
  if (Figures* figures = At(Subject(row.unit, row.agent), row.told))
    ++figures->outcomes[row.outcome];
}

void PerformanceReport::Add(const SpanRow& row) {
  if (row.state == SpanState::kReady) {
    agents_[row.agent].ready.emplace_back(row.start, row.end);
    return;
  }
  if (row.state != SpanState::kNotReady) {
    agents_[row.agent].busy.emplace_back(row.start, row.end);
  }
  const auto subject = Subject(row.unit, row.agent);
  if (!Wanted(subject)) return;
  Cut(row.start, row.end, [&](std::size_t number, Micros time) {
    Figures& figures = Bucket(subject, number);
    switch (row.state) {
      case SpanState::kNotReady:
        figures.not_ready += time;
        figures.lost["not_ready:" + row.reason] += time;
        break;
      case SpanState::kConnected:
      case SpanState::kOrphaned:
        figures.talk += time;
        break;
      case SpanState::kHeld:
        figures.hold += time;
        break;
      case SpanState::kWrapUp:
        figures.wrap_up += time;
        break;
      case SpanState::kReady:
      case SpanState::kReserved:
      case SpanState::kRinging:
        break;
    }
  });
}

// Ready and not at work: an agent in several slots at once is busy once.
void PerformanceReport::AddIdle() {
  for (const auto& [agent, time] : agents_) {
    const auto subject = Subject("", "", agent);
    if (!Wanted(subject)) continue;
    for (const auto& [start, end] : Without(United(time.ready), United(time.busy))) {
      Cut(start, end,
          [&](std::size_t number, Micros idle) { Bucket(subject, number).idle += idle; });
    }
  }
}

std::vector<PerformanceRow> PerformanceReport::Rows() && {
  AddIdle();
  if (query_.breakdown == Breakdown::kNone) {
    for (std::size_t i = 0; i == 0 || BucketEnd(i - 1) < query_.end; ++i) Bucket("all", i);
  }
  std::vector<PerformanceRow> rows;
  for (auto& [key, figures] : figures_) {
    const auto start = key.second == 0 ? query_.start : BucketEnd(key.second - 1);
    rows.push_back({.subject = key.first,
                    .start = start,
                    .end = BucketEnd(key.second),
                    .figures = std::move(figures)});
  }
  return rows;
}

}  // namespace callfleet::supervisor
