# callfleet_proto(<name> FILES callfleet/x/v1/x.proto ... [DEPS ...] [ROOT dir]): messages and gRPC stubs of
# one package; ROOT for the few that only tests use.
set(CALLFLEET_PROTO_ROOT ${PROJECT_SOURCE_DIR}/proto)
set(CALLFLEET_PROTO_GEN ${PROJECT_BINARY_DIR}/gen)
function(callfleet_proto name)
  cmake_parse_arguments(A "" "ROOT" "FILES;DEPS" ${ARGN})
  if(NOT A_ROOT)
    set(A_ROOT ${CALLFLEET_PROTO_ROOT})
  endif()
  file(MAKE_DIRECTORY ${CALLFLEET_PROTO_GEN})
  set(sources)
  foreach(proto IN LISTS A_FILES)
    string(REGEX REPLACE "\\.proto$" "" stem ${proto})
    set(out ${CALLFLEET_PROTO_GEN}/${stem})
    add_custom_command(
      OUTPUT ${out}.pb.cc ${out}.pb.h ${out}.grpc.pb.cc ${out}.grpc.pb.h
      COMMAND protobuf::protoc -I ${A_ROOT} -I ${Protobuf_INCLUDE_DIRS}
              --cpp_out=${CALLFLEET_PROTO_GEN} --grpc_out=${CALLFLEET_PROTO_GEN}
              --plugin=protoc-gen-grpc=$<TARGET_FILE:gRPC::grpc_cpp_plugin> ${proto}
      DEPENDS ${A_ROOT}/${proto}
      VERBATIM)
    list(APPEND sources ${out}.pb.cc ${out}.grpc.pb.cc)
  endforeach()
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} SYSTEM PUBLIC ${CALLFLEET_PROTO_GEN})
  target_link_libraries(${name} PUBLIC ext_grpc ${A_DEPS})
  set_target_properties(${name} PROPERTIES CALLFLEET_LAYER proto)
endfunction()
