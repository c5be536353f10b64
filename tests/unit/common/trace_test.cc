#include <gtest/gtest.h>

#include <set>
#include <string>

#include "common/trace/call_traces.h"
#include "common/trace/context.h"

namespace callfleet::trace {
namespace {

const std::string kTrace = "0af7651916cd43dd8448eb211c80319c";
const std::string kSpan = "b7ad6b7169203331";

TEST(Traceparent, IsReadAsItWasWritten) {
  const auto context = Parse("00-" + kTrace + "-" + kSpan + "-01");
  ASSERT_TRUE(context);
  EXPECT_EQ(*context, (Context{kTrace, kSpan, true}));
  EXPECT_EQ(Format(*context), "00-" + kTrace + "-" + kSpan + "-01");
  EXPECT_FALSE(Parse("00-" + kTrace + "-" + kSpan + "-02")->sampled);
}

TEST(Traceparent, OfALaterVersionIsReadAsFarAsWeKnowIt) {
  EXPECT_TRUE(Parse("cc-" + kTrace + "-" + kSpan + "-03"));
  EXPECT_TRUE(Parse("01-" + kTrace + "-" + kSpan + "-01-what-the-future-brings"));
  EXPECT_FALSE(Parse("01-" + kTrace + "-" + kSpan + "-01.what"));
}

TEST(Traceparent, ThatIsMalformedIsNone) {
  const std::string zeros(32, '0');
  std::string capital = kTrace;
  capital[1] = 'A';
  for (const std::string& text :
       {std::string(), std::string("00"), "00-" + kTrace + "-" + kSpan,
        "ff-" + kTrace + "-" + kSpan + "-01", "00-" + zeros + "-" + kSpan + "-01",
        "00-" + kTrace + "-" + zeros.substr(16) + "-01", "00-" + capital + "-" + kSpan + "-01",
        "00_" + kTrace + "-" + kSpan + "-01", "00-" + kTrace + "-" + kSpan + "-01-more",
        "00-" + kTrace + "-" + kSpan + "-0x", "0x-" + kTrace + "-" + kSpan + "-01",
        "00-" + kTrace.substr(1) + "g-" + kSpan + "-01", std::string(10'000, '0')}) {
    EXPECT_FALSE(Parse(text)) << text.substr(0, 80);
  }
}

TEST(TraceContext, EachOneIsNewAndFitsTheHeader) {
  std::set<std::string> traces;
  std::set<std::string> spans;
  for (int i = 0; i < 1000; ++i) {
    const Context context = Begin();
    EXPECT_EQ(Parse(Format(context)), context);
    EXPECT_FALSE(context.sampled);
    traces.insert(context.trace_id);
    spans.insert(context.span_id);
  }
  EXPECT_EQ(traces.size(), 1000U);
  EXPECT_EQ(spans.size(), 1000U);
}

TEST(TraceContext, AChildIsOfTheSameTraceAndHasASpanOfItsOwn) {
  const Context parent{kTrace, kSpan, true};
  const Context child = ChildOf(parent);
  EXPECT_EQ(child.trace_id, kTrace);
  EXPECT_NE(child.span_id, kSpan);
  EXPECT_TRUE(child.sampled);
}

TEST(TraceScope, IsThatOfTheInnermostAndEndsWithIt) {
  EXPECT_EQ(Scope::Current(), nullptr);
  const Scope outer(Context{kTrace, kSpan, false});
  {
    const Scope inner(Begin());
    EXPECT_NE(Scope::Current()->trace_id, kTrace);
  }
  EXPECT_EQ(Scope::Current()->trace_id, kTrace);
}

TEST(CallTraces, ACallsOwnTraceIsItsIdWithoutDashes) {
  const CallTraces traces;
  EXPECT_EQ(traces.IdOf("019acd4e-7c11-7f00-8a3b-0123456789ab"),
            "019acd4e7c117f008a3b0123456789ab");
  EXPECT_EQ(traces.Of("019acd4e-7c11-7f00-8a3b-0123456789ab").trace_id,
            "019acd4e7c117f008a3b0123456789ab");
}

TEST(CallTraces, AnIdOfAnyOtherFormHasATraceTooAlwaysTheSame) {
  for (const std::string& id :
       {std::string("c1"), std::string("00000000-0000-0000-0000-000000000000"),
        std::string("019ACD4E-7C11-7F00-8A3B-0123456789AB")}) {
    const Context context = CallTraces().Of(id);
    EXPECT_TRUE(Parse(Format(context))) << id;
    EXPECT_EQ(context.trace_id, OwnTraceId(id));
  }
  EXPECT_NE(OwnTraceId("c1"), OwnTraceId("c2"));
}

TEST(CallTraces, WhoeverRecordsATraceAndActsOnACallTakesItIn) {
  CallTraces traces;
  traces.Note("c1", {kTrace, kSpan, false});
  EXPECT_EQ(traces.IdOf("c1"), OwnTraceId("c1"));
  traces.Note("c1", {kTrace, kSpan, true});
  EXPECT_EQ(traces.IdOf("c1"), kTrace);
  EXPECT_TRUE(traces.Of("c1").sampled);
  EXPECT_NE(traces.Of("c1").span_id, kSpan);
  EXPECT_EQ(traces.IdOf("c2"), OwnTraceId("c2"));
}

TEST(CallTraces, TheNewestTenThousandAreRemembered) {
  CallTraces traces;
  for (int i = 0; i <= 10'000; ++i) traces.Note("c" + std::to_string(i), {kTrace, kSpan, true});
  EXPECT_EQ(traces.IdOf("c0"), OwnTraceId("c0"));
  EXPECT_EQ(traces.IdOf("c1"), kTrace);
  EXPECT_EQ(traces.IdOf("c10000"), kTrace);
}

}  // namespace
}  // namespace callfleet::trace
