// Destinations and numbers.
#include "services/queue/rpc/convert.h"
#include "services/queue/rpc/proto_time.h"

namespace callfleet::queue {
namespace {

struct ToMessage {
  v1::Destination* to;
  void operator()(const ToQueue& from) const { to->set_queue_id(from.queue.str()); }
  void operator()(const ToAgent& from) const { to->set_agent_id(from.agent.str()); }
  void operator()(const ToUri& from) const { to->set_sip_uri(from.uri); }
  void operator()(const ToNumber& from) const {
    to->mutable_number()->set_trunk_id(from.trunk.str());
    to->mutable_number()->set_number(from.number);
    to->mutable_number()->set_caller_id(from.caller_id);
    to->mutable_number()->set_caller_id_queue_id(from.caller_id_of.str());
    to->mutable_number()->set_caller_id_campaign_id(from.caller_id_campaign.str());
  }
  void operator()(const ToAnnouncement& from) const {
    to->mutable_announcement()->set_prompt(from.prompt);
    Set(from.duration, to->mutable_announcement()->mutable_duration());
  }
  void operator()(const ToRejection& from) const {
    to->mutable_rejection()->set_sip_code(static_cast<std::uint32_t>(from.sip_code));
    to->mutable_rejection()->set_q850_cause(static_cast<std::uint32_t>(from.q850));
  }
};

int Bounded(std::uint32_t value) { return value > 100'000 ? 100'000 : static_cast<int>(value); }

Schedule Read(const v1::Schedule& from) {
  Schedule to;
  to.zone = from.time_zone();
  for (const auto& hours : from.hours()) {
    OpenHours added;
    for (const auto day : hours.days()) added.days.push_back(Bounded(day));
    added.span = {Bounded(hours.open_minute()), Bounded(hours.close_minute())};
    to.hours.push_back(std::move(added));
  }
  for (const auto& holiday : from.holidays()) {
    to.holidays.push_back(
        {.date = holiday.date(),
         .name = holiday.name(),
         .span = {Bounded(holiday.open_minute()), Bounded(holiday.close_minute())}});
  }
  to.closed = FromProto(from.closed());
  return to;
}

void Fill(const Schedule& from, v1::Schedule* to) {
  to->set_time_zone(from.zone);
  for (const auto& hours : from.hours) {
    auto* added = to->add_hours();
    for (const int day : hours.days) added->add_days(static_cast<std::uint32_t>(day));
    added->set_open_minute(static_cast<std::uint32_t>(hours.span.open));
    added->set_close_minute(static_cast<std::uint32_t>(hours.span.close));
  }
  for (const auto& holiday : from.holidays) {
    auto* added = to->add_holidays();
    added->set_date(holiday.date);
    added->set_name(holiday.name);
    added->set_open_minute(static_cast<std::uint32_t>(holiday.span.open));
    added->set_close_minute(static_cast<std::uint32_t>(holiday.span.close));
  }
  ToProto(from.closed, to->mutable_closed());
}

}  // namespace

Destination FromProto(const v1::Destination& destination) {
  switch (destination.to_case()) {
    case v1::Destination::kQueueId:
      return ToQueue{QueueId(destination.queue_id())};
    case v1::Destination::kAgentId:
      return ToAgent{AgentId(destination.agent_id())};
    case v1::Destination::kSipUri:
      return ToUri{destination.sip_uri()};
    case v1::Destination::kNumber:
      return ToNumber{
          .trunk = TrunkId(destination.number().trunk_id()),
          .number = destination.number().number(),
          .caller_id = destination.number().caller_id(),
          .caller_id_of = QueueId(destination.number().caller_id_queue_id()),
          .caller_id_campaign = CampaignId(destination.number().caller_id_campaign_id())};
    case v1::Destination::kAnnouncement: {
      ToAnnouncement to{.prompt = destination.announcement().prompt()};
      SetUnlessZero(destination.announcement().duration(), &to.duration);
      return to;
    }
    case v1::Destination::kRejection: {
      ToRejection to;
      if (destination.rejection().sip_code() != 0) {
        to.sip_code = Bounded(destination.rejection().sip_code());
      }
      to.q850 = Bounded(destination.rejection().q850_cause());
      return to;
    }
    case v1::Destination::TO_NOT_SET:
      break;
  }
  return ToQueue{};
}

void ToProto(const Destination& destination, v1::Destination* to) {
  std::visit(ToMessage{to}, destination);
}

Route FromProto(const v1::Route& route) {
  Route to{
      .number = route.number(),
      .match = route.match() == v1::ROUTE_MATCH_PREFIX ? RouteMatch::kPrefix : RouteMatch::kExact,
      .destination = FromProto(route.destination()),
      .priority = route.priority(),
      .customer_type = route.customer_type(),
      .skills = FromProto(route.skills()),
      .description = route.description()};
  if (route.has_schedule()) to.schedule = Read(route.schedule());
  if (route.has_otherwise()) to.otherwise = FromProto(route.otherwise());
  if (route.has_create_time()) to.create_time = TimeOf(route.create_time());
  return to;
}

v1::Route ToProto(const Route& route) {
  v1::Route to;
  to.set_number(route.number);
  to.set_match(static_cast<v1::RouteMatch>(route.match));
  ToProto(route.destination, to.mutable_destination());
  to.set_priority(route.priority);
  to.set_customer_type(route.customer_type);
  ToProto(route.skills, to.mutable_skills());
  if (route.schedule) Fill(*route.schedule, to.mutable_schedule());
  if (route.otherwise) ToProto(*route.otherwise, to.mutable_otherwise());
  to.set_description(route.description);
  Set(route.create_time, to.mutable_create_time());
  return to;
}

}  // namespace callfleet::queue
