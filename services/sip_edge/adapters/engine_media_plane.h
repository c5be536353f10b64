#pragma once
// The media engine behind the call logic's words. Sofia thread only.
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "services/sip_edge/adapters/prompt_library.h"
#include "services/sip_edge/media/media_engine.h"
#include "services/sip_edge/ports/media_plane.h"

namespace callfleet::sip_edge {

class EngineMediaPlane final : public MediaPlane {
 public:
  // `prompts` may be null: then there are tones only.
  explicit EngineMediaPlane(media::MediaEngine& engine, const PromptLibrary* prompts = nullptr)
      : engine_(engine), prompts_(prompts) {
    engine_.WakeByFlush();
  }

  Result<std::uint16_t> Open(LegHandle leg, const std::string& call_id) override;
  std::vector<media::SrtpKey> NewKeys() override;
  void SetRemote(LegHandle leg, const AgreedAudio& audio, MediaPhase phase,
                 const std::vector<std::string>& networks) override;
  void SetRow(LegHandle listener, std::span<const HeardLeg> sources) override;
  void Play(LegHandle leg, const Sound& sound, std::uint32_t number, bool over_row) override;
  void StopSound(LegHandle leg) override;
  void Tap(LegHandle leg, RecordingNumber recording, RecordingSide side) override;
  void Listen(LegHandle leg, const media::amd::Thresholds& thresholds) override;
  void StopListening(LegHandle leg) override;
  void SendDigits(LegHandle leg, const std::string& digits) override;
  void Close(LegHandle leg) override;
  void Flush() override { engine_.Flush(); }
  void Poll(MediaFacts& facts) override;

 private:
  struct Endpoint {
    media::EndpointId id;
    bool closing = false;
  };
  const Endpoint* Find(LegHandle leg) const;
  LegHandle LegOf(media::EndpointId id) const;
  media::SoundItem ItemOf(const SoundPart& part) const;

  media::MediaEngine& engine_;
  const PromptLibrary* const prompts_;
  // Told at the next Poll: sounds that could not be heard at all, rows that were refused and why.
  std::vector<std::pair<LegHandle, std::uint32_t>> unheard_;
  std::vector<std::pair<LegHandle, std::string>> refused_rows_;
  std::unordered_map<LegHandle, Endpoint> endpoints_;
  std::unordered_map<std::uint64_t, LegHandle> legs_;  // By slot and generation.
};

}  // namespace callfleet::sip_edge
