#pragma once
// One leg's RTP endpoint: its two sockets, its one outgoing stream, what it learned of its peer.
// Made and destroyed on the control thread, used on one media thread in between.
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "services/sip_edge/domain/media/out_stream.h"
#include "services/sip_edge/domain/media/reception_stats.h"
#include "services/sip_edge/domain/media/report_source.h"
#include "services/sip_edge/domain/media/sound_player.h"
#include "services/sip_edge/domain/media/telephone_event.h"
#include "services/sip_edge/media/amd_parts.h"
#include "services/sip_edge/media/g722.h"
#include "services/sip_edge/media/inband_keys.h"
#include "services/sip_edge/media/media_api.h"
#include "services/sip_edge/media/media_config.h"
#include "services/sip_edge/media/mix_parts.h"
#include "services/sip_edge/media/record_link.h"
#include "services/sip_edge/media/srtp_context.h"
#include "services/sip_edge/media/thread_link.h"
#include "services/sip_edge/media/tone_bank.h"
#include "services/sip_edge/media/udp_socket.h"

namespace callfleet::sip_edge::media {

// What a media thread lends to its endpoints for one call.
struct ThreadContext {
  const MediaConfig& config;
  const ToneBank& tones;
  ThreadCounters& counters;
  // Hands an event to the control side; drops and counts where that one does not read.
  void (*emit)(void* thread, const MediaEvent& event);
  void* thread;
  RecordLink* record = nullptr;    // Null: nothing is recorded here.
  std::span<std::uint8_t> buffer;  // One datagram.
  std::uint64_t tick = 0;          // From 1.
  Instant now{};
};

inline constexpr std::size_t kMaxDatagram = 2048;
// A source silent so long (lost, on hold, suppressing silence) is replaced by silence frames.
inline constexpr std::chrono::milliseconds kFillAfter{200};

class Endpoint {
 public:
  struct Options {
    EndpointId id;
    UdpSocket rtp;
    UdpSocket rtcp;
    std::uint32_t ssrc = 0;
    std::uint16_t first_sequence = 0;
    std::uint32_t first_timestamp = 0;
    std::uint32_t jitter_seed = 1;  // Spreads RTCP reports, RFC 3550 6.3.
  };
  explicit Endpoint(Options options);

  EndpointId id() const { return id_; }
  int rtp_fd() const { return rtp_.fd(); }
  int rtcp_fd() const { return rtcp_.fd(); }
  // For another leg, at the end: RTP, RTCP, open to all.
  std::pair<UdpSocket, UdpSocket> TakeSockets();

  // --- Commands (endpoint_control.cc).
  void DropQueued();  // What came before anyone knew the peer.
  void SetRemote(const RemoteMedia& remote, ThreadContext& context);
  struct Heard {
    Endpoint* leg = nullptr;
    float gain = 1.0F;
  };
  struct HeardTone {
    Tone tone = Tone::kSilence;
    float gain = 1.0F;
  };
  // What is heard here, instead of what was; neither: silence.
  void Hear(std::span<const Heard> legs, std::optional<HeardTone> tone);
  void Unlink();  // Hears and feeds nobody.
  // Before the first row that mixes this leg or is mixed for it; outlives the endpoint.
  void TakeParts(MixParts* parts) { mix_ = parts; }
  // In front of the row; nullptr: nothing. What was heard there ends with kSoundDone.
  void Play(const SoundList* list, ThreadContext& context);
  // Who answers is found out from now on (endpoint_listen.cc); nullptr: no more.
  void Listen(AmdParts* parts, ThreadContext& context);
  // What it says goes there; 0: nowhere.
  void SetTap(std::uint32_t recording, std::uint8_t side, ThreadContext& context);
  void PostTap(ThreadContext& context);     // What is not handed over yet.
  void YieldSound(ThreadContext& context);  // Before a new row.
  void SendKeys(std::string_view digits, std::uint16_t key_ms, std::uint16_t gap_ms);
  EndpointStats Stats() const;

  // --- Packets (endpoint_receive.cc, endpoint_reports.cc).
  void OnRtp(ThreadContext& context);
  void OnRtcp(ThreadContext& context);
  void SendReport(bool bye, ThreadContext& context);

  // --- Time (endpoint_tick.cc).
  void OnTick(ThreadContext& context);          // Each 20 ms, unless OnlyRelays.
  void OnHousekeeping(ThreadContext& context);  // Each 100 ms.

  // Packets of the source pass through: OnTick has nothing to do. Whatever changes what is heard
  // here ends it. The field lies next to active_index: a tick over thousands of such legs reads one
  // cache line of each.
  bool OnlyRelays(MonoTime now) const { return now < only_relays_until_; }

  std::size_t active_index = 0;  // Place in the thread's list of endpoints; the thread's own.

 private:
  enum class Kind : std::uint8_t { kNone, kPcmu, kPcma, kG722, kDtmf, kComfortNoise };
  static std::optional<Codec> CodecOf(Kind kind);  // Nothing where it is no voice.
  struct Player {                                  // A tone and where in it we are.
    Tone tone = Tone::kSilence;
    std::uint32_t at = 0;
  };

  bool CanSend() const;
  bool ExpectsRtp() const {
    return remote_.answered && PeerSends(remote_.direction) && remote_.rules.signalled.IsSet();
  }
  std::uint32_t FrameSamples() const { return remote_.ptime_ms * kSamplesPerMs; }
  void Apply(const SourceLearner::Acts& acts, ThreadContext& context);
  void Aim();
  void Emit(MediaEventKind kind, ThreadContext& context, char digit = 0);

  void OnAccepted(const RtpView& view, Kind kind, ThreadContext& context);
  void Tap(const RtpView& view, Kind kind, ThreadContext& context);
  void FillNow();  // The source says that it is silent: silence frames go on at once.
  void LookForOneWay(MonoTime heard, ThreadContext& context);
  void OnKey(const RtpView& view, ThreadContext& context);
  // endpoint_listen.cc
  void FindKeys(const RtpView& view, Kind kind, ThreadContext& context);
  void HearWho(const RtpView& view, Kind kind, ThreadContext& context);
  void TickWho(ThreadContext& context);
  void TellAmd(const amd::AnsweringDetector::Output& output, ThreadContext& context);
  void Forward(const RtpView& view, Kind kind, ThreadContext& context);
  void Relay(FeedId feed, const RtpView& view, Kind kind, ThreadContext& context);
  // `packet` with a header of ours in front of the payload. False: the kernel refused it.
  bool Send(std::span<const std::uint8_t> packet, ThreadContext& context);
  bool SendPlain(std::span<const std::uint8_t> packet, ThreadContext& context);
  void SetKeys(const std::optional<SrtpKeys>& keys);

  // endpoint_rows.cc
  std::span<const Heard> Sources() const { return std::span(sources_).first(source_count_); }
  void SetRowTone(std::optional<HeardTone> tone);
  void ListenTo(std::span<const Heard> legs, std::span<const Heard> old);
  bool NeedsMixing() const;
  void Reclassify();
  void Drop(Endpoint* source);  // Out of the row.
  static bool Has(std::span<const Heard> row, const Endpoint* leg);
  bool AddListener(Endpoint* listener);  // False: there are enough.
  void RemoveListener(const Endpoint* listener);
  static void CountMixers(std::span<const Heard> sources, bool more);
  MonoTime AwaitPacket() const;
  FrameFormat Format() const { return FormatOf(remote_); }

  // endpoint_mix.cc
  void KeepForMixing(const RtpView& view, Kind kind, ThreadContext& context);
  const PcmFrame* Spoken(std::uint64_t tick);  // Null: silence.
  void Mix(ThreadContext& context);
  void EmitMix(ThreadContext& context);
  void SkipMix();
  void PassKey(char digit);

  void EmitFrame(ThreadContext& context);
  void EmitKey(ThreadContext& context);
  static void CopyTone(Player& player, Codec codec, std::span<std::uint8_t> out,
                       const ThreadContext& context);
  void EmitTone(Player& player, ThreadContext& context);
  void EmitSound(ThreadContext& context);
  void TellSoundDone(const SoundList& list, bool replaced, ThreadContext& context);
  void SendGenerated(PayloadType payload_type, const OutStream::Place& place,
                     std::size_t payload_bytes, ThreadContext& context);

  MediaAddress RtcpDestination() const;
  MediaAddress ExpectedRtcp() const;
  bool IsPeersReport(const MediaAddress& from, const RtcpReport& report, MonoTime now);
  bool IsPeer(const IpAddress& ip) const;
  std::uint32_t RandomBelow(std::uint32_t bound);

  const EndpointId id_;
  MonoTime only_relays_until_{};
  UdpSocket rtp_;
  UdpSocket rtcp_;
  bool connected_ = false;
  RemoteMedia remote_{};
  bool has_remote_ = false;
  std::array<Kind, 128> kinds_{};  // By payload type of what arrives.
  SourceLearner learner_;
  KernelAddress destination_{};

  // What is heard here: legs, and a tone; or silence. And who hears this leg.
  std::array<Heard, kMaxColumns> sources_{};
  std::size_t source_count_ = 0;
  bool row_tone_ = false;
  float row_tone_gain_ = 1.0F;
  Player row_player_{};
  bool mixed_ = false;       // The row is mixed on the tick; else its one source is passed through.
  MixParts* mix_ = nullptr;  // Owned by the control side.
  std::size_t mixers_ = 0;   // Listeners whose row is mixed.
  bool key_passed_ = false;  // The key under way came from a source.
  std::uint32_t tap_ = 0;
  std::uint8_t tap_side_ = 0;
  bool tap_began_ = false;       // It has had a chunk.
  bool tap_lost_ = false;        // A packet since then found none.
  std::uint16_t tap_place_ = 0;  // In the chunk.
  RecordChunk* tap_chunk_ = nullptr;
  MonoTime tap_since_{};
  SoundPlayer sound_;  // In front of the row.
  std::array<Endpoint*, kMaxListeners> listeners_{};
  std::size_t listener_count_ = 0;
  MonoTime last_relay_{};  // Of a packet of the row's source to this leg.
  MonoTime last_mix_{};

  std::unique_ptr<SrtpContext> srtp_send_;  // Both or none.
  std::unique_ptr<SrtpContext> srtp_receive_;
  OutStream out_;
  DtmfSender keys_;
  std::uint32_t frame_credit_ms_ = 0;

  ReceptionStats received_;
  DtmfReceiver key_receiver_;
  AmdParts* amd_ = nullptr;  // Owned by the control side; null: nobody asks who answers.
  std::optional<InbandKeys> inband_keys_{};
  std::optional<G722Decoder> keys_decoder_{};  // Of a peer with keys in audio of G.722.
  std::uint64_t packets_sent_ = 0;
  std::uint64_t bytes_sent_ = 0;
  std::uint64_t packets_at_report_ = 0;
  EndpointStats stats_{};  // What the parts above do not hold.
  MonoTime expect_since_{};
  MonoTime last_report_{};  // Of the peer; a goodbye is none.
  bool no_rtp_told_ = false;
  OneWayWatch one_way_;
  std::uint64_t sent_at_look_ = 0;

  MonoTime next_report_{};
  std::uint32_t last_sr_ = 0;  // Middle of the NTP time of the peer's last SR.
  MonoTime last_sr_at_{};
  ReportSource report_source_;
  std::uint32_t random_;
};

}  // namespace callfleet::sip_edge::media
