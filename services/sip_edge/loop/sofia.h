#pragma once
// The one place that includes sofia-sip: the callback contexts are our own classes, so that no
// callback needs a cast. All of nta belongs to the thread that runs the su_root.
namespace callfleet::sip_edge {
class RequestSink;
class ResponseSink;
class AckSink;
class PrackSink;
class SipStack;
class SipThread;
struct PostedCall;
}  // namespace callfleet::sip_edge

#define SU_ROOT_MAGIC_T ::callfleet::sip_edge::SipThread
#define SU_MSG_ARG_T ::callfleet::sip_edge::PostedCall
#define NTA_AGENT_MAGIC_T ::callfleet::sip_edge::SipStack
#define NTA_LEG_MAGIC_T ::callfleet::sip_edge::RequestSink
#define NTA_OUTGOING_MAGIC_T ::callfleet::sip_edge::ResponseSink
#define NTA_RELIABLE_MAGIC_T ::callfleet::sip_edge::PrackSink
#define NTA_INCOMING_MAGIC_T ::callfleet::sip_edge::AckSink

#include <sofia-sip/su.h>
#include <sofia-sip/su_alloc.h>
#include <sofia-sip/su_log.h>
#include <sofia-sip/su_wait.h>
//
#include <sofia-sip/msg_addr.h>
#include <sofia-sip/nta.h>
#include <sofia-sip/nta_tport.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_util.h>
#include <sofia-sip/tport.h>
#include <sofia-sip/tport_tag.h>

#undef sip_call_id  // An accessor macro that would rewrite the field of that name in our protos.

namespace callfleet::sip_edge {

// Requests that belong to a leg (a dialog, or the default leg).
class RequestSink {
 public:
  virtual ~RequestSink() = default;
  // Returns a status that nta shall reply with, or 0 when the sink replies itself.
  virtual int OnRequest(nta_leg_t* leg, nta_incoming_t* irq, const sip_t* sip) = 0;
  static int Dispatch(RequestSink* sink, nta_leg_t* leg, nta_incoming_t* irq, const sip_t* sip) {
    return sink->OnRequest(leg, irq, sip);
  }
};

// Responses to one of our requests. `sip` is null where nta has none to show.
class ResponseSink {
 public:
  virtual ~ResponseSink() = default;
  virtual void OnResponse(nta_outgoing_t* orq, const sip_t* sip) = 0;
  static int Dispatch(ResponseSink* sink, nta_outgoing_t* orq, const sip_t* sip) {
    sink->OnResponse(orq, sip);
    return 0;
  }
};

// ACK, CANCEL, or the lack of an ACK (sip == nullptr) for a request that we answered.
class AckSink {
 public:
  virtual ~AckSink() = default;
  virtual void OnAckOrCancel(nta_incoming_t* irq, const sip_t* sip) = 0;
  static int Dispatch(AckSink* sink, nta_incoming_t* irq, const sip_t* sip) {
    sink->OnAckOrCancel(irq, sip);
    return 0;
  }
};

// PRACK for a reliable provisional response of ours, or the lack of one (sip == nullptr).
class PrackSink {
 public:
  virtual ~PrackSink() = default;
  // Returns the status that nta answers the PRACK with.
  virtual int OnPrack(nta_reliable_t* reliable, const sip_t* sip) = 0;
  static int Dispatch(PrackSink* sink, nta_reliable_t* reliable, nta_incoming_t*,
                      const sip_t* sip) {
    return sink->OnPrack(reliable, sip);
  }
};

// A su_home that dies with its scope: scratch space for headers that are copied into a message.
class ScratchHome {
 public:
  ScratchHome() { su_home_init(home_); }
  ~ScratchHome() { su_home_deinit(home_); }
  ScratchHome(const ScratchHome&) = delete;
  ScratchHome& operator=(const ScratchHome&) = delete;
  su_home_t* get() { return home_; }

 private:
  su_home_t home_[1] = {SU_HOME_INIT(home_)};
};

inline int StatusOf(nta_outgoing_t* orq, const sip_t* sip) {
  return sip != nullptr && sip->sip_status != nullptr ? sip->sip_status->st_status
                                                      : nta_outgoing_status(orq);
}

}  // namespace callfleet::sip_edge
