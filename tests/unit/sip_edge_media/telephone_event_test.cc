#include "services/sip_edge/domain/media/telephone_event.h"

#include <gtest/gtest.h>

#include <string>

namespace callfleet::sip_edge::media {
namespace {

TEST(TelephoneEvent, IsReadAsItWasWritten) {
  std::array<std::uint8_t, kTelephoneEventBytes> bytes{};
  WriteTelephoneEvent(bytes, {.event = 11, .end = true, .volume = 63, .duration = 65535});
  const auto event = ParseTelephoneEvent(bytes);
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->event, 11);
  EXPECT_TRUE(event->end);
  EXPECT_EQ(event->volume, 63);
  EXPECT_EQ(event->duration, 65535);
  EXPECT_FALSE(ParseTelephoneEvent(std::span(bytes).first(3)).has_value());
}

TEST(TelephoneEvent, EveryKeyHasItsEvent) {
  const std::string keys = "0123456789*#ABCD";
  for (std::uint8_t event = 0; event < 16; ++event) {
    EXPECT_EQ(DtmfDigit(event), keys[event]);
    EXPECT_EQ(DtmfEvent(keys[event]), event);
  }
  EXPECT_EQ(DtmfEvent('b'), DtmfEvent('B'));
  EXPECT_FALSE(DtmfDigit(16).has_value());
  EXPECT_FALSE(DtmfEvent('E').has_value());
}

TEST(DtmfReceiver, AKeyIsReportedOnceWhicheverOfItsPacketsArrives) {
  DtmfReceiver receiver;
  EXPECT_EQ(receiver.OnPacket(1000, {.event = 3}), '3');
  EXPECT_FALSE(receiver.OnPacket(1000, {.event = 3}).has_value());
  EXPECT_FALSE(receiver.OnPacket(1000, {.event = 3, .end = true}).has_value());
  EXPECT_EQ(receiver.OnPacket(3000, {.event = 3, .end = true}), '3');  // Only the end came through.
}

TEST(DtmfReceiver, ALatePacketOfAnEarlierKeyIsNoNewKey) {
  DtmfReceiver receiver;
  EXPECT_EQ(receiver.OnPacket(0xFFFFFF00, {.event = 1}), '1');
  EXPECT_EQ(receiver.OnPacket(0x00000100, {.event = 2}), '2');
  EXPECT_FALSE(receiver.OnPacket(0xFFFFFF00, {.event = 1, .end = true}).has_value());
}

TEST(DtmfReceiver, AKeyHeldOverEightSecondsIsOneKey) {
  DtmfReceiver receiver;
  EXPECT_EQ(receiver.OnPacket(1000, {.event = 7}), '7');
  EXPECT_FALSE(receiver.OnPacket(1000 + 0xFFFF, {.event = 7}).has_value());
}

TEST(DtmfReceiver, EventsThatAreNoKeysAreNotReported) {
  DtmfReceiver receiver;
  EXPECT_FALSE(receiver.OnPacket(1, {.event = 36}).has_value());
}

TEST(DtmfSender, AKeyLastsAsLongAsAskedAndItsEndIsSentThreeTimes) {
  DtmfSender sender;
  sender.Start("5", 400, 400);
  const auto first = sender.Next(160);
  EXPECT_TRUE(first.first);
  EXPECT_EQ(first.event.event, 5);
  EXPECT_EQ(first.event.duration, 160);
  EXPECT_FALSE(sender.Next(160).first);
  const auto end = sender.Next(160);
  EXPECT_TRUE(end.event.end);
  EXPECT_EQ(end.copies, 3);
  EXPECT_EQ(end.event.duration, 480);
  EXPECT_TRUE(end.all_done);
  EXPECT_FALSE(sender.active());
}

TEST(DtmfSender, KeysAreApartByTheGap) {
  DtmfSender sender;
  sender.Start("12", 320, 320);
  std::string story;
  while (sender.active()) {
    const auto step = sender.Next(160);
    story += step.pause ? '.' : static_cast<char>('0' + step.event.event);
  }
  EXPECT_EQ(story, "11..22");
}

}  // namespace
}  // namespace callfleet::sip_edge::media
