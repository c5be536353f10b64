#pragma once
// The RTP engine: endpoints, the matrix of who hears whom, and the threads that carry the packets.
#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <span>
#include <string_view>
#include <vector>

#include "common/clock/clock.h"
#include "common/result/result.h"
#include "services/sip_edge/media/endpoint.h"
#include "services/sip_edge/media/kept_sockets.h"
#include "services/sip_edge/media/media_api.h"
#include "services/sip_edge/media/media_config.h"
#include "services/sip_edge/media/media_thread.h"
#include "services/sip_edge/media/port_pool.h"
#include "services/sip_edge/media/srtp_context.h"

namespace callfleet::sip_edge::media {

struct EndpointInfo {
  EndpointId id;
  std::uint16_t rtp_port = 0;  // RTCP is one above.
};

// Role: the only door to media. Thread: everything but Counters() belongs to one control thread
// (the SIP loop); no call blocks or waits for a media thread. Lifetime: outlives its endpoints; the
// destructor stops the media threads, open endpoints end without kClosed.
//
// Legs that hear each other must be on one media thread. A row that joins legs of two threads moves
// the smaller group over (sockets stay open, packets wait in the kernel meanwhile), so the caller
// need not care; `shard_key` at Open() only saves that move.
class MediaEngine {
 public:
  // `seed`: of SSRCs and ports; take it from a random source, a test gives its own.
  static Result<std::unique_ptr<MediaEngine>> Start(const MediaConfig& config, const Clock& clock,
                                                    std::uint64_t seed);
  ~MediaEngine();

  // Both sockets are bound on return. RESOURCE_EXHAUSTED: TOO_MANY_ENDPOINTS, NO_FREE_PORT,
  // NO_FILE_DESCRIPTOR, MEDIA_OVERLOADED (a media thread does not keep up with commands).
  Result<EndpointInfo> Open(std::string_view shard_key);

  // All below: NOT_FOUND (ENDPOINT_NOT_FOUND) for an endpoint that is closed.

  // The peer's SDP, each time that it or the answered state changes. An address or port that
  // differs starts source learning anew; a row may turn from passed through to mixed, or back.
  Status SetRemote(EndpointId endpoint, const RemoteMedia& remote);
  // What `listener` hears from now on; empty: silence frames. Replaces the row. One source at gain
  // 1 with the listener's packet time is passed through on arrival, any other row mixed on the
  // tick. RESOURCE_EXHAUSTED: TOO_MANY_SOURCES over kMaxColumns, TOO_MANY_LISTENERS over
  // kMaxListeners.
  Status SetRow(EndpointId listener, std::span<const RowSource> row);
  // Each hears the other.
  Status Bridge(EndpointId a, EndpointId b);
  // `list` in front of the row; kSoundDone with its number at its end. Replaces what is played
  // there, which ends with kSoundDone, too. 1..64 items.
  Status Play(EndpointId endpoint, SoundList list);
  // Nothing in front of the row any more; with `only_yielding`, unless it is over_row: before a new
  // row.
  Status StopSound(EndpointId endpoint, bool only_yielding);
  // `tone`, 1..1000 periods, over whatever the row brings.
  Status Play(EndpointId endpoint, Tone tone, std::uint16_t repeats);
  // What the endpoint's peer says goes to recording `number` (0: to none), left (0) or right (1).
  Status SetTap(EndpointId endpoint, std::uint32_t number, std::uint8_t side);
  // Who answers is found out from what the peer says, early media too: kAmdDecision once, then
  // kAmdCue. Once an endpoint. `thresholds` must have passed amd::Check.
  Status Listen(EndpointId endpoint, const amd::Thresholds& thresholds);
  Status StopListening(EndpointId endpoint);
  // One a thread, for the recorder's thread alone; none where nothing is recorded.
  std::vector<RecordLink*> RecordLinks() const;
  const ToneBank& tones() const { return tones_; }
  // 1..32 of 0-9*#A-D as RFC 4733 events, each 40..2000 ms with a gap of 40..2000 ms. kDtmfSent at
  // the end. FAILED_PRECONDITION: DTMF_NOT_NEGOTIATED, DTMF_BUSY.
  Status SendDtmf(EndpointId endpoint, std::string_view digits, std::chrono::milliseconds key,
                  std::chrono::milliseconds gap);
  Status RequestStats(EndpointId endpoint);  // kStats follows.
  Status Close(EndpointId endpoint);         // kClosed with the final figures follows.

  // From now on commands are handed over by Flush() only, or within 20 ms: waking a media thread
  // costs more than the command, so a caller with bursts says when one is over.
  void WakeByFlush() { wake_by_flush_ = true; }
  void Flush();

  // Readable when events wait: for the control thread's own poll loop.
  int event_fd() const { return to_control_.fd(); }
  // Delivers what waits, in order per endpoint; the callback may call the engine. Returns how many.
  std::size_t Drain(const std::function<void(const MediaEvent&)>& deliver);

  EngineCounters Counters() const;  // Any thread.

 private:
  // What the control side knows of a slot.
  struct Leg {
    std::unique_ptr<MixParts> parts;     // Null: never mixed. Outlives the endpoint.
    std::unique_ptr<AmdParts> amd;       // Null: nobody asks who answers. The same.
    std::unique_ptr<Endpoint> endpoint;  // Null: free.
    std::uint32_t generation = 0;
    std::uint16_t port = 0;
    std::uint32_t shard = 0;
    bool attached = false;  // Its thread has it; lazily, with the first command.
    bool moving = false;    // Between two threads; commands wait in `held`.
    bool closing = false;
    bool row_stale = false;  // Its thread does not have the row of the matrix.
    bool keys_busy = false;
    RemoteMedia remote{};
    std::vector<Command> held;
    // Sounds that its thread may still read, by rising serial.
    std::deque<std::unique_ptr<const SoundList>> sounds;
    std::uint32_t next_sound = 1;
  };

  MediaEngine(const MediaConfig& config, const Clock& clock, std::uint64_t seed);
  Result<LegSlot> Find(EndpointId id) const;
  EndpointId IdOf(LegSlot slot) const { return {slot, legs_[slot].generation}; }
  bool IsMixed(LegSlot listener) const;
  void PrepareMix(LegSlot listener);
  Status CheckRow(LegSlot listener, std::span<const Column> row) const;
  Result<std::vector<Column>> ToColumns(std::span<const RowSource> row) const;
  void Join(LegSlot listener, LegSlot source);
  void Move(LegSlot slot, std::uint32_t shard);
  void SendRow(LegSlot listener);
  void Order(LegSlot slot, Command command);  // Attaches first; holds it back during a move.
  void Transmit(std::uint32_t shard, const Command& command);
  void FlushBacklog();
  bool Take(const ThreadEvent& event, MediaEvent& out);
  void Landed(LegSlot slot);
  void Forget(LegSlot slot);
  void DropSounds(LegSlot slot, std::uint32_t serial);
  Result<SocketPair> TakeSockets(MonoTime now);
  Result<SocketPair> BindSockets(MonoTime now);
  void FreePorts(const std::vector<std::uint16_t>& ports, MonoTime now);

  const MediaConfig config_;
  const Clock& clock_;
  const ToneBank tones_;
  std::mt19937_64 random_;
  PortPool ports_;
  KeptSockets kept_;
  MixMatrix matrix_;
  std::vector<Leg> legs_;
  std::vector<LegSlot> free_;
  std::atomic<std::uint64_t> open_{0};
  Signal to_control_;
  // Commands that met a full ring, in order; Open() is refused while there are any.
  std::vector<std::deque<Command>> backlog_;
  bool wake_by_flush_ = false;
  std::vector<bool> unwoken_;          // By thread: commands since its last Wake().
  std::deque<MediaEvent> own_events_;  // kClosed of endpoints that no thread ever had.
  std::vector<std::unique_ptr<MediaThread>> threads_;  // Last: stops first.
};

}  // namespace callfleet::sip_edge::media
