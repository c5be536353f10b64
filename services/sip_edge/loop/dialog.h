#pragma once
// One SIP dialog (RFC 3261 12) on nta, from the INVITE to the last response to BYE. Knows the rules
// of the protocol and nothing of calls; what it sees goes to its host. Sofia thread only. The host
// owns it and destroys it after OnGone, never inside another callback.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "services/sip_edge/domain/sdp_session.h"
#include "services/sip_edge/domain/session_timer.h"
#include "services/sip_edge/domain/sip_cause.h"
#include "services/sip_edge/loop/digest_client.h"
#include "services/sip_edge/loop/invite_spec.h"
#include "services/sip_edge/loop/sofia.h"

namespace callfleet::sip_edge {

class Dialog;
// A REFER inside a dialog: whom it names, and perhaps a dialog to be replaced (RFC 3891).
struct ReferRequest {
  std::string dialled;  // User part of Refer-To.
  bool has_replaces = false;
  nta_leg_t* replaced = nullptr;  // Of ours; null: none.
};
using DialogId = std::uint64_t;

enum class DialogTimer : std::uint8_t { kRefresh, kExpire, kRetryReinvite, kLinger, kRingAgain };

// What a dialog needs and tells. Callbacks may start requests on the dialog, not destroy it.
class DialogHost {
 public:
  virtual ~DialogHost() = default;
  virtual nta_agent_t* agent() = 0;
  virtual void StartTimer(DialogId id, DialogTimer timer, std::uint32_t generation,
                          std::uint32_t after_ms) = 0;
  virtual std::uint32_t Random() = 0;

  // UAC: an 18x of one early dialog; `audio` where it carried SDP that fits.
  virtual void OnProvisional(Dialog& dialog, int sip_code, const AgreedAudio* audio) = 0;
  // UAC: the first 2xx; ACK has been sent. After Cancel() this is a person who heard silence.
  virtual void OnAnswered(Dialog& dialog) = 0;
  // UAC: final failure; nothing more comes but OnGone.
  virtual void OnFailed(Dialog& dialog, const SipCause& cause) = 0;
  // UAS: ACK received.
  virtual void OnConfirmed(Dialog& dialog) = 0;
  // CANCEL or BYE from the far end, no ACK, session expired, dialog lost (`lost`).
  virtual void OnRemoteEnd(Dialog& dialog, const SipCause& cause, DialogEnd how) = 0;
  // A re-INVITE or UPDATE changed the agreed audio (hold, resume, moved RTP).
  virtual void OnAudioChanged(Dialog& dialog) = 0;
  // REFER inside the dialog; returns its final status. What follows of a 202 comes later.
  virtual int OnRefer(Dialog& dialog, const ReferRequest& refer) = 0;
  // SIP INFO with a DTMF digit.
  virtual void OnInfoDigit(Dialog& dialog, char digit) = 0;
  // Nothing of it is left on the wire.
  virtual void OnGone(Dialog& dialog) = 0;
};

class Dialog final : public RequestSink, public ResponseSink, public AckSink, public PrackSink {
 public:
  // UAC: starts at once by Invite(). `audio` is where our RTP for this leg is.
  Dialog(DialogHost& host, DialogId id, InviteSpec spec, const LocalAudio& audio);
  // UAS: takes over an INVITE outside any dialog; nothing is replied yet.
  Dialog(DialogHost& host, DialogId id, AcceptSpec spec, nta_incoming_t* irq, const sip_t* sip);
  ~Dialog() override;
  Dialog(const Dialog&) = delete;
  Dialog& operator=(const Dialog&) = delete;

  // --- UAC (uac.cc)
  // False when the request could not even be built (a bad URI): the dialog is gone.
  bool Invite();
  // RFC 3261 9.1: CANCEL only after a provisional response; until then it is remembered.
  void Cancel(const std::string& reason_header);

  // --- UAS (uas.cc)
  void Ring(int sip_code);
  // Media for an INVITE; not 0: this status was sent and the dialog is gone.
  int SetLocalAudio(const LocalAudio& audio);
  void RingWithMedia();  // 183 with our answer.
  void Accept();         // 200 with our answer or, without an offer, our offer.
  void Reject(int sip_code, const std::string& headers);

  // --- Both (dialog.cc)
  void Bye(const std::string& reason_header);
  // Progress of the newest REFER (RFC 3515 2.4.5).
  void Notify(int sip_code, bool last);
  void OnTimer(DialogTimer timer, std::uint32_t generation);
  // The phone's connection is gone, and with it an INVITE that it has not answered.
  void OnFlowClosed(const std::string& hop);

  DialogId id() const { return id_; }
  const std::optional<AgreedAudio>& audio() const { return session_->agreed(); }
  bool is_uac() const { return uac_; }
  bool is_confirmed() const { return state_ == State::kConfirmed; }
  bool IsLeg(const nta_leg_t* leg) const { return leg != nullptr && leg == leg_; }
  int provisional_code() const { return provisional_code_; }
  bool heard_anything() const { return heard_anything_; }
  std::string call_id() const { return call_id_; }
  DialogKey Key() const;  // What a later boot needs to end it.

  int OnRequest(nta_leg_t* leg, nta_incoming_t* irq, const sip_t* sip) override;
  void OnResponse(nta_outgoing_t* orq, const sip_t* sip) override;
  void OnAckOrCancel(nta_incoming_t* irq, const sip_t* sip) override;
  int OnPrack(nta_reliable_t* reliable, const sip_t* sip) override;

 private:
  enum class State : std::uint8_t {
    kNew,
    kCalling,
    kCancelling,
    kIncoming,
    kAccepted,
    kConfirmed,
    kEnding,
    kGone
  };

  // uac.cc
  bool SendInvite();
  std::string CredentialHeaders();
  void OnInviteResponse(const sip_t* sip, int code);
  void OnProvisional(const sip_t* sip, int code);
  void OnInviteSuccess(const sip_t* sip);
  void OnInviteFailure(const sip_t* sip, int code);
  bool RetryInvite(const sip_t* sip, int code);
  // One helper owns the ACK of a 2xx: its CSeq is that INVITE's (a wrong one makes nta abort).
  void Acknowledge(nta_outgoing_t* invite);
  bool SendPrack(const sip_t* sip);
  void BindRemote(const sip_t* sip);
  bool TakeAnswer(const sip_t* sip);

  // uas_ringing.cc
  void Provisional(int code, const Sdp* sdp);
  void RingAgain();

  // uas.cc
  void ReplyWithSdp(nta_incoming_t* irq, int code, const Sdp* sdp, const std::string& headers);
  void OnInviteAck(const sip_t* sip);
  void OnReInviteAck(const sip_t* sip);
  void OnAckTimeout();
  std::optional<Sdp> AnswerOrOffer(const std::optional<Sdp>& offer, SipCause* refused);
  int OnReInvite(nta_incoming_t* irq, const sip_t* sip);
  int OnUpdate(nta_incoming_t* irq, const sip_t* sip);
  int OnBye(nta_incoming_t* irq, const sip_t* sip);

  // in_dialog.cc
  int OnRefer(nta_incoming_t* irq, const sip_t* sip);
  int OnInfo(const sip_t* sip);

  // Session-Expires for our 2xx; nothing: too small, 422 is due.
  std::optional<std::string> GrantSessionTimer(const sip_t* sip);
  int RefuseInterval(nta_incoming_t* irq);

  // refresh.cc
  void StartSessionTimers(const std::optional<SessionTerms>& terms);
  void Refresh();
  void OnRefreshResponse(const sip_t* sip, int code);

  // dialog.cc
  void End(State state);
  void OnByeResponse(const sip_t* sip, int code);
  const url_string_t* NextHop();
  void Release();
  void BeGone();
  void Arm(DialogTimer timer, std::uint32_t after_ms);

  DialogHost& host_;
  const DialogId id_;
  const bool uac_;
  State state_ = State::kNew;
  std::unique_ptr<InviteSpec> invite_;  // Until the final response.
  std::string contact_;
  std::string next_hop_;    // "sip:192.0.2.1:5060;transport=udp"
  bool symmetric_ = false;  // All requests go to next_hop_ (a phone behind NAT).
  std::string call_id_;
  std::unique_ptr<SdpSession> session_;
  std::optional<Sdp> remote_offer_;  // UAS, until it is answered.

  nta_leg_t* leg_ = nullptr;
  nta_outgoing_t* invite_out_ = nullptr;
  nta_outgoing_t* cancel_out_ = nullptr;
  nta_outgoing_t* bye_out_ = nullptr;
  nta_outgoing_t* refresh_out_ = nullptr;
  nta_incoming_t* invite_in_ = nullptr;    // The first INVITE, until its ACK.
  nta_incoming_t* reinvite_in_ = nullptr;  // A later one, until its ACK.

  struct Auth {
    Challenge challenge;
    std::uint32_t used = 0;
  };
  std::optional<Auth> www_auth_;    // 401
  std::optional<Auth> proxy_auth_;  // 407
  int provisional_code_ = 0;
  bool heard_anything_ = false;
  bool cancelled_ = false;
  bool bye_after_ack_ = false;
  bool answer_in_ack_ = false;  // RFC 3264 4: our 200 carried the offer.
  // UAS: the caller requires 100rel (RFC 3262); then an offer or answer of ours in an 18x counts.
  bool reliable_ = false;
  bool offered_in_18x_ = false;
  bool sdp_settled_in_18x_ = false;
  std::vector<nta_reliable_t*> without_prack_;
  int last_18x_ = 0;
  bool ring_repeat_armed_ = false;
  std::uint32_t ring_repeat_ms_ = 60'000;
  bool refresh_by_update_ = false;
  // Early dialogs of a fork that brought SDP, each with its own offer/answer; at most 8.
  struct Early {
    std::string tag;
    SdpSession session;
    std::uint32_t rseq = 0;
  };
  std::vector<Early> early_;
  Early* EarlyOf(const sip_t* sip);
  std::string session_headers_;        // UAS: for the 200.
  SessionTimerPolicy session_policy_;  // What we ask for and the least we take.
  std::optional<SessionTerms> terms_;
  std::uint32_t timer_generation_ = 0;
  std::uint32_t refer_cseq_ = 0;  // Of the newest REFER; its subscription's id from the second on.
  int refers_ = 0;
};

}  // namespace callfleet::sip_edge
