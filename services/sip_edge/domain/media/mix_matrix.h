#pragma once
// The one concept of the engine: row = listener, column = source, value = gain. A row with exactly
// one source at gain 1, of the same packet time and family of codecs, is passed through; any other
// row needs mixing.
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "services/sip_edge/domain/media/media_types.h"
#include "services/sip_edge/domain/media/tone.h"

namespace callfleet::sip_edge::media {

using LegSlot = std::uint32_t;

inline constexpr std::size_t kMaxColumns = 8;     // Sources of one listener.
inline constexpr std::size_t kMaxListeners = 16;  // Of one leg: 7 others and their supervisors.

struct Column {
  enum class Kind : std::uint8_t { kLeg, kTone };
  Kind kind = Kind::kLeg;
  LegSlot leg = 0;             // Of kLeg.
  Tone tone = Tone::kSilence;  // Of kTone; repeats until the row changes.
  float gain = 1.0F;           // 0 < gain <= 4.
  static Column Leg(LegSlot leg, float gain = 1.0F) { return {Kind::kLeg, leg, {}, gain}; }
  static Column Player(Tone tone, float gain = 1.0F) { return {Kind::kTone, 0, tone, gain}; }
};

// µ-law and A-law differ by a table only, so the law is no part of it.
struct FrameFormat {
  std::uint8_t ptime_ms = 20;
  bool g711 = true;
  friend bool operator==(const FrameFormat&, const FrameFormat&) = default;
};

// Whether packets of one can be those of the other, but for the law.
constexpr bool PassesThrough(FrameFormat source, FrameFormat listener) {
  return source == listener;
}

enum class RowKind : std::uint8_t { kSilence, kPassThrough, kMixed };
// `format_of(slot)` gives the format of a leg.
template <class FormatOf>
RowKind Classify(std::span<const Column> row, FrameFormat listener, FormatOf format_of) {
  if (row.empty()) return RowKind::kSilence;
  if (row.size() > 1 || row[0].gain != 1.0F) return RowKind::kMixed;
  if (row[0].kind == Column::Kind::kTone) return RowKind::kPassThrough;
  return PassesThrough(format_of(row[0].leg), listener) ? RowKind::kPassThrough : RowKind::kMixed;
}

// Who hears whom. Held by the control side; each media thread holds its part in its endpoints.
class MixMatrix {
 public:
  void SetRow(LegSlot listener, std::span<const Column> row);
  std::span<const Column> Row(LegSlot listener) const;
  // Legs whose row has `source`.
  std::span<const LegSlot> Listeners(LegSlot source) const;
  // Takes a leg out, as a listener and as a source.
  void Remove(LegSlot leg);
  // All legs connected to `leg` by rows, itself first: what must live on one media thread.
  std::vector<LegSlot> Component(LegSlot leg) const;

 private:
  std::unordered_map<LegSlot, std::vector<Column>> rows_;
  std::unordered_map<LegSlot, std::vector<LegSlot>> listeners_;
};

}  // namespace callfleet::sip_edge::media
