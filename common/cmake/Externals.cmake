# Third-party libraries, each named once as a layer, so that the dependency check sees them.
find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED) # module mode, before gRPC: Debian ships no protobuf-config.cmake
find_package(gRPC CONFIG REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(GTest CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(date CONFIG REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(SOFIA REQUIRED IMPORTED_TARGET sofia-sip-ua)
pkg_check_modules(PQXX REQUIRED IMPORTED_TARGET libpqxx)
pkg_check_modules(PQ REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(HTTPLIB REQUIRED IMPORTED_TARGET cpp-httplib)
pkg_check_modules(SNDFILE REQUIRED IMPORTED_TARGET sndfile)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto)
pkg_check_modules(CARES REQUIRED IMPORTED_TARGET libcares)
pkg_check_modules(SPANDSP REQUIRED IMPORTED_TARGET spandsp)
pkg_check_modules(SRTP REQUIRED IMPORTED_TARGET libsrtp2)

# CAF 0.17 comes with neither a CMake config nor a .pc file.
find_path(CAF_INCLUDE_DIR caf/all.hpp REQUIRED)
find_library(CAF_CORE_LIBRARY caf_core REQUIRED)
add_library(CAF::core UNKNOWN IMPORTED)
set_target_properties(CAF::core PROPERTIES
  IMPORTED_LOCATION ${CAF_CORE_LIBRARY}
  INTERFACE_INCLUDE_DIRECTORIES ${CAF_INCLUDE_DIR}
  INTERFACE_LINK_LIBRARIES Threads::Threads)

# libcsv and libphonenumber: plain libraries.
find_library(CSV_LIBRARY csv REQUIRED)
find_library(PHONENUMBER_LIBRARY phonenumber REQUIRED)

# A binary's allocator, linked and never included. glibc's locks an arena where a thread frees what
# another one made, as gRPC's and ours do with every message. A sanitizer brings its own.
find_library(JEMALLOC_LIBRARY jemalloc REQUIRED)
string(TOUPPER "${CMAKE_BUILD_TYPE}" callfleet_build_type)
if("${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${callfleet_build_type}}" MATCHES "-fsanitize")
  set(JEMALLOC_LIBRARY "")
endif()

callfleet_external(ext_caf LAYER EXT_caf LIBS CAF::core)
callfleet_external(ext_grpc LAYER EXT_grpc LIBS gRPC::grpc++ protobuf::libprotobuf Threads::Threads)
callfleet_external(ext_grpc_reflection LAYER EXT_grpc LIBS gRPC::grpc++_reflection)
callfleet_external(ext_pqxx LAYER EXT_pqxx LIBS PkgConfig::PQXX PkgConfig::PQ)
callfleet_external(ext_sofia LAYER EXT_sofia LIBS PkgConfig::SOFIA)
callfleet_external(ext_prometheus LAYER EXT_prometheus LIBS prometheus-cpp::core)
callfleet_external(ext_spdlog LAYER EXT_spdlog LIBS spdlog::spdlog)
callfleet_external(ext_cli LAYER EXT_cli LIBS CLI11::CLI11)
callfleet_external(ext_json LAYER EXT_json LIBS nlohmann_json::nlohmann_json)
# Where httplib was built with OpenSSL its header calls libcrypto (Debian 13).
callfleet_external(ext_http LAYER EXT_http LIBS PkgConfig::HTTPLIB PkgConfig::CRYPTO Threads::Threads)
callfleet_external(ext_date LAYER EXT_date LIBS date::date-tz)
callfleet_external(ext_cares LAYER EXT_cares LIBS PkgConfig::CARES)
callfleet_external(ext_sndfile LAYER EXT_sndfile LIBS PkgConfig::SNDFILE)
callfleet_external(ext_crypto LAYER EXT_crypto LIBS PkgConfig::CRYPTO)
callfleet_external(ext_spandsp LAYER EXT_spandsp LIBS PkgConfig::SPANDSP)
callfleet_external(ext_srtp LAYER EXT_srtp LIBS PkgConfig::SRTP)
callfleet_external(ext_csv LAYER EXT_csv LIBS ${CSV_LIBRARY})
callfleet_external(ext_phonenumber LAYER EXT_phonenumber LIBS ${PHONENUMBER_LIBRARY} protobuf::libprotobuf)
callfleet_external(ext_jemalloc LAYER base LIBS ${JEMALLOC_LIBRARY})
callfleet_external(ext_threads LAYER base LIBS Threads::Threads)
