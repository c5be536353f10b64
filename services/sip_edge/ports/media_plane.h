#pragma once
// RTP as the call logic sees it: every leg has an endpoint, a row says whom it hears.
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/sip_edge/domain/acts.h"
#include "services/sip_edge/domain/media/srtp_key.h"
#include "services/sip_edge/domain/sdp_session.h"

namespace callfleet::sip_edge {

// What media reports, on the thread that calls Poll.
class MediaFacts {
 public:
  virtual ~MediaFacts() = default;
  virtual void OnDigit(LegHandle leg, char digit) = 0;
  // Neither RTP nor RTCP of its far end for the limit; once until some comes.
  virtual void OnNoRtp(LegHandle leg) = 0;
  // Heard to its end (`finished`), or something else took its place.
  virtual void OnSoundDone(LegHandle leg, std::uint32_t number, bool finished) = 0;
  // It cannot be played at all: there is no such prompt any more.
  virtual void OnSoundUnheard(LegHandle leg, std::uint32_t number) = 0;
  // The row that was set last has no place (TOO_MANY_LISTENERS and the like): silence is heard.
  virtual void OnRowRefused(LegHandle leg, const std::string& reason) = 0;
  virtual void OnOneWayAudio(LegHandle leg, OneWayAudio audio) = 0;  // Whenever it changes.
  // Who answered; once after Listen.
  virtual void OnAmdFinding(LegHandle leg, const AmdFinding& finding) = 0;
  // After a machine's verdict: its beep or its greeting is over.
  virtual void OnAmdCue(LegHandle leg) = 0;
  // Last report of a leg, after Close.
  virtual void OnMediaClosed(LegHandle leg, const MediaQuality& quality) = 0;
};

// How far a leg is: before the answer we listen to it, and send to it only behind our own 183.
enum class MediaPhase : std::uint8_t { kEarlyListen, kEarlySend, kAnswered };

// Sofia thread only; nothing here blocks.
class MediaPlane {
 public:
  virtual ~MediaPlane() = default;
  // Both sockets are bound on return; the RTP port. RTP_PORTS when there is none.
  virtual Result<std::uint16_t> Open(LegHandle leg, const std::string& call_id) = 0;
  // Fresh master keys for a leg, one a suite, from the kernel's source of randomness.
  virtual std::vector<media::SrtpKey> NewKeys() = 0;
  // `networks` (CIDR or addresses): where its RTP may come from beside the signalled address.
  virtual void SetRemote(LegHandle leg, const AgreedAudio& audio, MediaPhase phase,
                         const std::vector<std::string>& networks) = 0;
  // What `listener` hears from now on; empty: silence frames. Sources that are closed are left out;
  // a row that the engine refuses is told at the next Poll.
  virtual void SetRow(LegHandle listener, std::span<const HeardLeg> sources) = 0;
  // In front of the row, until its end, the next sound, or (unless `over_row`) the next row.
  virtual void Play(LegHandle leg, const Sound& sound, std::uint32_t number, bool over_row) = 0;
  virtual void StopSound(LegHandle leg) = 0;
  virtual void Tap(LegHandle leg, RecordingNumber recording, RecordingSide side) = 0;
  // What the leg's peer says is listened to, early media too, until StopListening: who answers.
  virtual void Listen(LegHandle leg, const media::amd::Thresholds& thresholds) = 0;
  virtual void StopListening(LegHandle leg) = 0;
  virtual void SendDigits(LegHandle leg, const std::string& digits) = 0;
  virtual void Close(LegHandle leg) = 0;
  // Orders since the last time are carried out now; without it, within 20 ms.
  virtual void Flush() = 0;
  // Delivers what has happened.
  virtual void Poll(MediaFacts& facts) = 0;
};

}  // namespace callfleet::sip_edge
