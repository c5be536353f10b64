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

bool IsUsableAudio(const SdpMedia& media) {
  return media.type == "audio" && media.port != 0 && media.transport == "RTP/AVP";
}

const SdpMedia* FirstAudio(const Sdp& sdp) {
  const auto found = std::find_if(sdp.media.begin(), sdp.media.end(), IsUsableAudio);
  return found == sdp.media.end() ? nullptr : &*found;
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
  return audio;
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
      if (line.port != 0) line = OurAudio();
    }
  }
  Describe(std::move(media));
  return current_;
}

Result<Sdp> SdpSession::Answer(const Sdp& offer) {
  if (auto ok = Check(offer); !ok) return Fail(ok.error());
  const SdpMedia* theirs = FirstAudio(offer);
  if (theirs == nullptr) return InvalidField("sdp", "no audio line", "NO_COMMON_CODEC");
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

  std::vector<SdpMedia> media;
  for (const auto& line : offer.media) {
    if (&line == theirs) {
      media.push_back(audio);
    } else {
      media.push_back({.type = line.type, .transport = line.transport, .formats = line.formats});
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
                        .held_by_peer = HoldsUs(offer, *theirs)};
  return current_;
}

Status SdpSession::Accept(const Sdp& answer) {
  if (auto ok = Check(answer); !ok) return ok;
  const SdpMedia* theirs = FirstAudio(answer);
  if (theirs == nullptr)
    return InvalidField("sdp", "the audio line was refused", "NO_COMMON_CODEC");
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
                        .held_by_peer = HoldsUs(answer, *theirs)};
  return {};
}

}  // namespace callfleet::sip_edge
