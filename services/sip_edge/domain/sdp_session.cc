#include "services/sip_edge/domain/sdp_session.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace callfleet::sip_edge {

namespace {

constexpr int kEventPayloadType = 101;
constexpr int kMaxMediaLines = 16;  // More is refused as a whole: nobody sends that in earnest.

bool SameName(const std::string& a, const char* b) {
  const std::string other(b);
  return std::equal(a.begin(), a.end(), other.begin(), other.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

// RFC 3551 6. The clock of G722 is written as 8,000 there, by an old mistake that all keep to.
int StaticPayloadType(AudioCodec codec) {
  switch (codec) {
    case AudioCodec::kPcmu:
      return 0;
    case AudioCodec::kPcma:
      return 8;
    case AudioCodec::kG722:
      return 9;
  }
  return 0;
}

const SdpCodec* FindCodec(const SdpMedia& media, const char* name) {
  for (const auto& codec : media.codecs) {
    if (codec.clock_rate == 8000 && SameName(codec.name, name)) return &codec;
  }
  return nullptr;
}

struct CommonCodec {
  AudioCodec ours;
  const SdpCodec* theirs;
};

// The first of theirs that we speak too.
std::optional<CommonCodec> FirstCommon(const SdpMedia& theirs,
                                       const std::vector<AudioCodec>& ours) {
  for (const auto& candidate : theirs.codecs) {
    for (AudioCodec codec : ours) {
      if (candidate.clock_rate != 8000 || !SameName(candidate.name, RtpName(codec))) continue;
      return CommonCodec{codec, &candidate};
    }
  }
  return std::nullopt;
}

constexpr const char* kPlain = "RTP/AVP";
constexpr const char* kSecure = "RTP/SAVP";

bool IsOpenAudio(const SdpMedia& media, const char* transport) {
  return media.type == "audio" && media.port != 0 && media.transport == transport;
}

// An audio line that we take, and under which of its keys; none: as RTP.
struct Line {
  const SdpMedia* media = nullptr;
  std::optional<SdpCrypto> crypto{};
  std::optional<media::SrtpKey> key{};
};

Line WithKey(const SdpMedia& line) {
  for (const auto& crypto : line.crypto) {
    if (const auto key = KeyOf(crypto)) return {&line, crypto, key};
  }
  return {&line};
}

// Lines with a key go before those without, wherever they stand.
Result<Line> ChooseLine(const Sdp& sdp, MediaSecurity security) {
  Line plain;
  bool secure_only = false;
  for (const auto& line : sdp.media) {
    const bool secure = IsOpenAudio(line, kSecure);
    if (!secure && !IsOpenAudio(line, kPlain)) continue;
    if (security != MediaSecurity::kOff) {
      if (auto with_key = WithKey(line); with_key.key) return with_key;
    }
    if (secure) secure_only = true;
    if (!secure && plain.media == nullptr) plain.media = &line;
  }
  if (plain.media != nullptr && security != MediaSecurity::kRequired) return plain;
  if (plain.media != nullptr) {
    return InvalidField("sdp", "SRTP is required here (a=crypto)", "SRTP_REQUIRED");
  }
  if (secure_only) {
    return InvalidField("sdp", "no SRTP here, or none of its suites and keys", "SRTP_REFUSED");
  }
  return InvalidField("sdp", "no audio line", "NO_COMMON_CODEC");
}

std::string AddressOf(const Sdp& sdp, const SdpMedia& media) {
  return media.address.empty() ? sdp.address : media.address;
}

bool HoldsUs(const Sdp& sdp, const SdpMedia& media) {
  return media.direction == Direction::kSendOnly || media.direction == Direction::kInactive ||
         AddressOf(sdp, media) == "0.0.0.0";
}

bool SameDescription(const std::vector<SdpMedia>& a, const std::vector<SdpMedia>& b) {
  return ToText(Sdp{.media = a}) == ToText(Sdp{.media = b});
}

Status Check(const Sdp& sdp) {
  if (sdp.media.empty() || sdp.media.size() > kMaxMediaLines) {
    return InvalidField("sdp", "1 to 16 media lines are allowed", "SDP_INVALID");
  }
  return {};
}

}  // namespace

SdpSession::SdpSession(LocalAudio local, std::uint64_t session_id) : local_(std::move(local)) {
  current_.session_id = session_id;
  current_.address = local_.address;
}

SdpMedia SdpSession::OurAudio() const {
  SdpMedia audio{.port = local_.port, .ptime_ms = local_.ptime_ms};
  for (AudioCodec codec : local_.codecs) {
    audio.codecs.push_back({.payload_type = StaticPayloadType(codec), .name = RtpName(codec)});
  }
  if (local_.telephone_event) {
    audio.codecs.push_back(
        {.payload_type = kEventPayloadType, .name = "telephone-event", .fmtp = "0-16"});
  }
  if (local_.security == MediaSecurity::kOff) return audio;
  // RFC 4568 asks for RTP/SAVP beside a=crypto. Who offers both ways in one line writes RTP/AVP.
  if (local_.security == MediaSecurity::kRequired) audio.transport = kSecure;
  // Two suites, that an INVITE stays in one datagram: the quicker one, and the one all have.
  int tag = 0;
  for (const auto suite :
       {media::SrtpSuite::kAeadAes128Gcm, media::SrtpSuite::kAesCm128HmacSha1_80}) {
    if (auto crypto = OurCrypto(++tag, suite)) audio.crypto.push_back(*std::move(crypto));
  }
  return audio;
}

const media::SrtpKey* SdpSession::OurKey(media::SrtpSuite suite) const {
  const auto found = std::find_if(local_.keys.begin(), local_.keys.end(),
                                  [&](const auto& key) { return key.suite == suite; });
  return found == local_.keys.end() ? nullptr : &*found;
}

std::optional<SdpCrypto> SdpSession::OurCrypto(int tag, media::SrtpSuite suite) const {
  const auto* key = OurKey(suite);
  if (key == nullptr) return std::nullopt;
  return ToCrypto(tag, *key);
}

// RFC 3264 8: the version goes up by one when, and only when, the description changes.
void SdpSession::Describe(std::vector<SdpMedia> media) {
  if (current_.version == 0) {
    current_.version = current_.session_id;
  } else if (!SameDescription(media, current_.media)) {
    ++current_.version;
  }
  current_.media = std::move(media);
}

const Sdp& SdpSession::Offer() {
  std::vector<SdpMedia> media = current_.media;
  if (media.empty()) {
    media.push_back(OurAudio());
  } else {
    // A new offer keeps every line that there ever was; ours is full again, the others stay closed.
    for (auto& line : media) {
      if (line.port == 0) continue;
      const std::string transport = line.transport;
      line = OurAudio();
      if (agreed_ && agreed_->srtp) line.transport = transport;
    }
  }
  Describe(std::move(media));
  return current_;
}

Result<Sdp> SdpSession::Answer(const Sdp& offer) {
  if (auto ok = Check(offer); !ok) return Fail(ok.error());
  const auto line = ChooseLine(offer, local_.security);
  if (!line) return Fail(line.error());
  const SdpMedia* theirs = line->media;
  const auto* our_key = line->key ? OurKey(line->key->suite) : nullptr;
  // The offerer's order decides among what we can do (RFC 3264 6.1).
  const auto common = FirstCommon(*theirs, local_.codecs);
  if (!common) return InvalidField("sdp", "no codec that is spoken here", "NO_COMMON_CODEC");
  const SdpCodec* chosen = common->theirs;

  SdpMedia audio{.port = local_.port, .codecs = {*chosen}, .ptime_ms = local_.ptime_ms};
  const SdpCodec* event = local_.telephone_event ? FindCodec(*theirs, "telephone-event") : nullptr;
  if (event != nullptr) {
    audio.codecs.push_back({event->payload_type, "telephone-event", 8000, "0-16"});
  }
  audio.direction = Mirror(theirs->direction);
  audio.transport = theirs->transport;
  std::optional<media::SrtpKeys> srtp;
  if (our_key != nullptr) {
    audio.crypto.push_back(ToCrypto(line->crypto->tag, *our_key));
    srtp = media::SrtpKeys{.send = *our_key, .receive = *line->key};
  }

  std::vector<SdpMedia> media;
  for (const auto& other : offer.media) {
    if (&other == theirs) {
      media.push_back(audio);
    } else {
      media.push_back({.type = other.type, .transport = other.transport, .formats = other.formats});
    }
  }
  Describe(std::move(media));
  agreed_ = AgreedAudio{.remote_address = AddressOf(offer, *theirs),
                        .remote_port = theirs->port,
                        .codec = common->ours,
                        .send_payload_type = chosen->payload_type,
                        .receive_payload_type = chosen->payload_type,
                        .event_payload_type = event != nullptr ? event->payload_type : -1,
                        .receive_event_payload_type = event != nullptr ? event->payload_type : -1,
                        .ptime_ms = theirs->ptime_ms > 0 ? theirs->ptime_ms : local_.ptime_ms,
                        .direction = Mirror(theirs->direction),
                        .srtp = srtp,
                        .held_by_peer = HoldsUs(offer, *theirs)};
  return current_;
}

const media::SrtpKey* SdpSession::OfferedKey(int tag, media::SrtpSuite suite) const {
  for (const auto& line : current_.media) {
    for (const auto& crypto : line.crypto) {
      if (crypto.tag == tag && crypto.suite == SuiteName(suite)) return OurKey(suite);
    }
  }
  return nullptr;
}

Status SdpSession::Accept(const Sdp& answer) {
  if (auto ok = Check(answer); !ok) return ok;
  const auto line = ChooseLine(answer, local_.security);
  if (!line) return Fail(line.error());
  const SdpMedia* theirs = line->media;
  std::optional<media::SrtpKeys> srtp;
  if (line->key) {
    // RFC 4568 5.1.3: one of ours, under its tag.
    const auto* our_key = OfferedKey(line->crypto->tag, line->key->suite);
    if (our_key == nullptr) {
      return InvalidField("sdp", "a=crypto answers none that was offered", "SDP_INVALID");
    }
    srtp = media::SrtpKeys{.send = *our_key, .receive = *line->key};
  }
  const auto common = FirstCommon(*theirs, local_.codecs);
  if (!common) return InvalidField("sdp", "no codec that is spoken here", "NO_COMMON_CODEC");
  const SdpCodec* event = local_.telephone_event ? FindCodec(*theirs, "telephone-event") : nullptr;
  agreed_ = AgreedAudio{.remote_address = AddressOf(answer, *theirs),
                        .remote_port = theirs->port,
                        .codec = common->ours,
                        .send_payload_type = common->theirs->payload_type,
                        .receive_payload_type = StaticPayloadType(common->ours),
                        .event_payload_type = event != nullptr ? event->payload_type : -1,
                        .receive_event_payload_type = event != nullptr ? kEventPayloadType : -1,
                        .ptime_ms = theirs->ptime_ms > 0 ? theirs->ptime_ms : local_.ptime_ms,
                        .direction = Mirror(theirs->direction),
                        .srtp = srtp,
                        .held_by_peer = HoldsUs(answer, *theirs)};
  return {};
}

}  // namespace callfleet::sip_edge
