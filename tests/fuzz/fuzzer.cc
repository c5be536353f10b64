// One libFuzzer binary a target: CALLFLEET_TARGET is its function.
#include "tests/fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  callfleet::fuzz::CALLFLEET_TARGET({data, size});
  return 0;
}
