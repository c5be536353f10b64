#pragma once
// One dialog of a phone, either direction, with its RTP leg. SIP thread only. It lives in its
// Endpoint from creation until it has ended; the observer outlives it.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/phones/report/call_record.h"
#include "tests/phones/sip/digest.h"
#include "tests/phones/sip/endpoint.h"
#include "tests/phones/sip/sdp.h"

namespace callfleet::phones {

class CallObserver {
 public:
  virtual ~CallObserver() = default;
  virtual void OnAnswered(Call&) {}   // 200 sent or received
  virtual void OnConfirmed(Call&) {}  // ACK received or sent
  virtual void OnEnded(Call&) = 0;    // Once, whatever the end. The record is complete.
};

struct CallContext {
  Endpoint& endpoint;
  MediaEngine& media;
  CallLog& log;
  CallObserver& observer;
  std::vector<Law> laws{Law::kMu, Law::kA};
  bool tcp = false;
  std::string contact_user{};  // of our Contact; empty: the record's user
};

struct DialRequest {
  std::string target;    // request URI
  std::string route;     // where to send it; empty: the target
  std::string from_uri;  // sip:user@host
  std::string to_uri;
  std::string user;  // for the Contact
  std::map<std::string, std::string> headers;
  std::optional<Credentials> credentials;
};

struct Refusal {
  int status = 486;
  int q850_cause = 0;     // adds Reason
  int retry_after_s = 0;  // adds Retry-After
};

class Call : public std::enable_shared_from_this<Call> {
 public:
  enum class State { kIncoming, kDialing, kAnswered, kConfirmed, kClosing, kEnded };

  // Takes the INVITE. 488 and the like are given by Answer, not here.
  static std::shared_ptr<Call> Receive(const CallContext& context, Side side,
                                       nta_incoming_t* invite, const sip_t* sip,
                                       const std::string& user);
  static std::shared_ptr<Call> Dial(const CallContext& context, Side side,
                                    const DialRequest& request);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  void Trying();
  void StaySilent();                            // Not even the 100 that nta sends after 200 ms.
  void Progress(int status, bool early_media);  // 180..183
  void Answer(Sending sending, std::shared_ptr<const Clip> clip = nullptr);
  void Refuse(const Refusal& refusal);
  // CANCEL, BYE or a refusal, by the state. Before the ACK the BYE waits for it (RFC 3261 15).
  void HangUp(const std::string& ended_by = "self");
  void Hold(bool on);  // re-INVITE with sendonly / sendrecv
  void Vanish();       // Ends here without a word to the peer.

  State state() const { return state_; }
  bool live() const { return state_ != State::kEnded; }
  CallRecord& record() { return *record_; }
  const std::shared_ptr<CallRecord>& shared_record() const { return record_; }
  bool auto_answer_asked() const { return record_->auto_answer_asked; }

 private:
  Call(const CallContext& context, Side side);
  static int OnDialogRequest(nta_leg_magic_t*, nta_leg_t*, nta_incoming_t*, const sip_t*);
  static int OnAckOrCancel(nta_incoming_magic_t*, nta_incoming_t*, const sip_t*);
  static int OnReinviteAck(nta_incoming_magic_t*, nta_incoming_t*, const sip_t*);
  static int OnInviteResponse(nta_outgoing_magic_t*, nta_outgoing_t*, const sip_t*);
  static int OnByeResponse(nta_outgoing_magic_t*, nta_outgoing_t*, const sip_t*);
  static int OnReinviteResponse(nta_outgoing_magic_t*, nta_outgoing_t*, const sip_t*);

  int HandleDialogRequest(nta_incoming_t* request, const sip_t* sip);
  int HandleBye(nta_incoming_t* request, const sip_t* sip);
  int HandleReinvite(nta_incoming_t* request, const sip_t* sip);
  int HandleUpdate(nta_incoming_t* request, const sip_t* sip);
  void HandleAck(const sip_t* sip);
  void HandleCancel(const sip_t* sip);
  void HandleInviteResponse(const sip_t* sip);
  void HandleDialAnswer(const sip_t* sip);
  bool TryCredentials(const sip_t* sip);
  bool SendInvite();
  void SendAck();
  void SendBye();
  bool OpenLeg();
  bool TakeOffer(const std::string& body);  // false: nothing in common
  void TakeAnswer(const std::string& body);
  void UseRemote(const RemoteSdp& remote);
  std::string Contact() const;  // with angle brackets
  std::string LocalBody();      // answer to the offer, or a full offer
  void Close(const std::string& ended_by);
  void Fault(const std::string& kind, const std::string& text);

  CallContext context_;
  std::shared_ptr<CallRecord> record_;
  State state_;
  nta_leg_t* leg_ = nullptr;
  nta_incoming_t* invite_in_ = nullptr;
  nta_incoming_t* reinvite_in_ = nullptr;
  nta_outgoing_t* invite_out_ = nullptr;
  nta_outgoing_t* ack_out_ = nullptr;
  nta_outgoing_t* bye_out_ = nullptr;
  nta_outgoing_t* reinvite_out_ = nullptr;
  LocalSdp local_;
  std::optional<RemoteSdp> offer_;
  bool awaits_answer_in_ack_ = false;
  bool hang_up_at_ack_ = false;
  std::string hang_up_by_ = "self";
  bool cancelling_ = false;
  DialRequest dial_;
  std::string authorization_;
  bool proxy_authorization_ = false;
  int challenges_ = 0;
};

}  // namespace callfleet::phones
