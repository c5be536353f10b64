#pragma once
// What calls were and what the detector said: the table, and the two figures that matter.
#include <array>
#include <map>
#include <string>
#include <vector>

#include "services/sip_edge/domain/media/amd/amd_types.h"

namespace callfleet::amd_samples {

class Confusion {
 public:
  // `row`: how the call is listed; `truth`: human, machine, ….
  void Add(const std::string& row, const std::string& truth,
           const sip_edge::media::amd::Decision& decision);
  int Calls(const std::string& truth) const;
  int Said(const std::string& truth, sip_edge::media::amd::Verdict verdict) const;
  // Persons who would not be talked to: taken for a machine, a beep, a fax or the network.
  int PersonsLost() const;
  // Milliseconds from the first RTP; share 0.95 is p95. Of all calls, or of one truth.
  int Time(double share, const std::string& truth = {}) const;
  int LatestFromAnswer() const { return latest_from_answer_; }
  std::string Table() const;

 private:
  struct Row {
    std::string truth;
    std::array<int, sip_edge::media::amd::kVerdicts> said{};
    std::vector<int> times;
  };
  std::vector<std::string> order_;
  std::map<std::string, Row> rows_;
  int latest_from_answer_ = 0;
};

}  // namespace callfleet::amd_samples
