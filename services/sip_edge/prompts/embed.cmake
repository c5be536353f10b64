# cmake -DFOLDER=<prompts/> -DOUTPUT=<file.cc> -P embed.cmake: the WAV files as one source file.
file(GLOB files ${FOLDER}/*.wav)
list(SORT files)
set(arrays "")
set(entries "")
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME_WLE)
  string(MAKE_C_IDENTIFIER "prompt_${name}" symbol)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(APPEND arrays "constexpr unsigned char ${symbol}[] = {${bytes}};\n")
  string(APPEND entries
    "    {\"${name}\", {reinterpret_cast<const char*>(${symbol}), sizeof ${symbol}}},\n")
endforeach()
file(WRITE ${OUTPUT}.new "// Made from the WAV files of prompts/ by embed.cmake.
#include \"services/sip_edge/adapters/built_in_prompts.h\"

namespace callfleet::sip_edge {
namespace {
${arrays}
}  // namespace

std::span<const BuiltInPrompt> BuiltInPrompts() {
  static const BuiltInPrompt kAll[] = {
${entries}  };
  return kAll;
}

}  // namespace callfleet::sip_edge
")
file(RENAME ${OUTPUT}.new ${OUTPUT})
