#include "tests/phones/sip/digest.h"

#include <gtest/gtest.h>

namespace callfleet::phones {
namespace {

TEST(Digest, TheExampleOfRfc2617IsRight) {
  const AuthParams answer{{"username", "Mufasa"},
                          {"realm", "testrealm@host.com"},
                          {"nonce", "dcd98b7102dd2f0e8b11d0f600bfb0c093"},
                          {"uri", "/dir/index.html"},
                          {"qop", "auth"},
                          {"nc", "00000001"},
                          {"cnonce", "0a4f113b"},
                          {"response", "6629fae49393a05397450978507c4ef1"}};
  EXPECT_TRUE(AnswerIsRight(answer, {"Mufasa", "Circle Of Life"}, "GET"));
  EXPECT_FALSE(AnswerIsRight(answer, {"Mufasa", "circle of life"}, "GET"));
  EXPECT_FALSE(AnswerIsRight(answer, {"Mufasa", "Circle Of Life"}, "POST"));
}

TEST(Digest, AnAlgorithmOtherThanMd5IsNotAnswered) {
  EXPECT_EQ(AnswerChallenge({{"nonce", "n"}, {"algorithm", "SHA-256"}}, {"u", "p"}, "REGISTER",
                            "sip:x", 1),
            "");
}

TEST(Digest, ParametersAreUnquotedAndLowerCase) {
  const char* params[] = {"Realm=\"a b\"", "stale=true", "odd", nullptr};
  const AuthParams parsed = ParseAuthParams(params);
  EXPECT_EQ(parsed, (AuthParams{{"realm", "a b"}, {"stale", "true"}}));
}

}  // namespace
}  // namespace callfleet::phones
