#pragma once
#include <string_view>

#include "common/auth/tokens.h"
#include "common/result/result.h"

namespace callfleet::auth {

// True for "127.x.y.z:port", "[::1]:port", "localhost:port" and "unix:…"; false for 0.0.0.0.
bool IsLoopback(std::string_view listen);

// Beyond loopback a server starts only with tokens: FAILED_PRECONDITION TOKENS_REQUIRED.
Status CheckListen(std::string_view listen, const Tokens& tokens);

}  // namespace callfleet::auth
