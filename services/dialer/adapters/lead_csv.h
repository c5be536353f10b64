#pragma once
// A lead from a row: which column is what, and why a row is refused.
#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/dialer/domain/lead.h"

namespace callfleet::dialer {

// Columns of one file by their meaning; -1: there is none.
class LeadColumns {
 public:
  // Names are compared without case, spaces, _ and -; phoneNumber, phone, number and tel are the
  // number. INVALID_ARGUMENT CSV_HEADER: no column of numbers, or one named twice.
  static Result<LeadColumns> Of(const std::vector<std::string>& header);

  // Number, zone and skills are checked; the error's message starts with the column.
  // `default_region` as in NormalNumber. The lead has no id and no position yet.
  Result<Lead> Read(std::vector<std::string>& fields, const std::string& default_region) const;

 private:
  struct Extra {
    std::size_t column;
    std::string name;
  };
  std::size_t count_ = 0;
  int number_ = -1;
  int name_ = -1;
  int zone_ = -1;
  int priority_ = -1;
  int skills_ = -1;
  std::vector<Extra> extra_;
};

}  // namespace callfleet::dialer
