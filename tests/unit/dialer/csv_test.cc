#include <gtest/gtest.h>

#include "common/text/utf8.h"
#include "services/dialer/adapters/csv_reader.h"
#include "services/dialer/adapters/lead_csv.h"

namespace callfleet::dialer {
namespace {

struct Read {
  std::vector<std::pair<int, std::vector<std::string>>> rows;
  Status status;
};

// Fed in pieces of `chunk` bytes.
Read ReadAll(const std::string& text, std::size_t chunk) {
  Read read;
  CsvReader reader(
      [&](int line, std::vector<std::string>& fields) { read.rows.emplace_back(line, fields); });
  for (std::size_t at = 0; at < text.size() && read.status; at += chunk) {
    read.status = reader.Feed(std::string_view(text).substr(at, chunk));
  }
  if (read.status) read.status = reader.End();
  return read;
}

TEST(Csv, AnyChunkSizeGivesTheSameRows) {
  const std::string text =
      "\xEF\xBB\xBFname,number\r\n\"Doe, \"\"J\"\"\",+1\n\n\"two\nlines\",2\nlast,3";
  const auto whole = ReadAll(text, 1000);
  ASSERT_EQ(whole.rows.size(), 4u);
  EXPECT_EQ(whole.rows[0], (std::pair{1, std::vector<std::string>{"name", "number"}}));
  EXPECT_EQ(whole.rows[1], (std::pair{2, std::vector<std::string>{"Doe, \"J\"", "+1"}}));
  EXPECT_EQ(whole.rows[2], (std::pair{4, std::vector<std::string>{"two\nlines", "2"}}));
  EXPECT_EQ(whole.rows[3], (std::pair{6, std::vector<std::string>{"last", "3"}}));
  for (std::size_t chunk = 1; chunk < text.size(); ++chunk) {
    EXPECT_EQ(ReadAll(text, chunk).rows, whole.rows) << chunk;
  }
}

TEST(Csv, AFieldWithoutEndIsRefusedInBoundedMemory) {
  const std::string text = "name\n\"" + std::string(1 << 20, 'x');
  const auto read = ReadAll(text, 4096);
  ASSERT_FALSE(read.status);
  EXPECT_EQ(read.status.error().reason, "CSV_TOO_LARGE");
}

TEST(Csv, AnOpenQuoteIsNamedByItsLine) {
  const std::string text = "name,number\nAnn,+1\n\"two\nlines\",\"open,+2\nBob,+3\n";
  for (std::size_t chunk : {std::size_t{1}, std::size_t{7}, text.size()}) {
    const auto read = ReadAll(text, chunk);
    ASSERT_FALSE(read.status) << chunk;
    EXPECT_EQ(read.status.error().reason, "CSV_UNCLOSED_QUOTE");
    EXPECT_EQ(read.status.error().metadata.at("line"), "4") << chunk;
    EXPECT_EQ(read.rows.size(), 2u);
  }
  EXPECT_TRUE(ReadAll("name\n\"closed\"", 3).status);
}

TEST(Csv, AFieldWithoutEndIsNamedByItsQuote) {
  const auto read = ReadAll("name\nAnn\n\"" + std::string(1 << 20, 'x'), 4096);
  ASSERT_FALSE(read.status);
  EXPECT_EQ(read.status.error().metadata.at("line"), "3");
  EXPECT_NE(read.status.error().message.find("is its quote closed?"), std::string::npos);
}

TEST(Csv, Utf16IsSaidToBeThat) {
  for (const std::string mark : {"\xFF\xFE", "\xFE\xFF"}) {
    const auto read = ReadAll(mark + std::string("n\0u\0", 4), 1000);
    ASSERT_FALSE(read.status);
    EXPECT_EQ(read.status.error().reason, "CSV_ENCODING");
  }
}

TEST(Csv, AnEmptyFileHasNoRow) { EXPECT_TRUE(ReadAll("", 10).rows.empty()); }

Result<Lead> Row(std::vector<std::string> header, std::vector<std::string> fields) {
  const auto columns = LeadColumns::Of(header);
  if (!columns) return Fail(columns.error());
  return columns->Read(fields, "US");
}

TEST(LeadRows, TheUsualAliasesNameTheNumber) {
  for (const char* name : {"phoneNumber", "phone", "number", "Phone Number", "phone_number"}) {
    const auto lead = Row({"name", name}, {"Ann", "(415) 555-0100"});
    ASSERT_TRUE(lead) << name;
    EXPECT_EQ(lead->number, "+14155550100");
    EXPECT_EQ(lead->name, "Ann");
  }
}

TEST(LeadRows, OtherColumnsAreKept) {
  const auto lead = Row({"number", "city", "timezone", "priority", "skills"},
                        {"+14155550100", "Oslo", "Europe/Oslo", "5", "sales:3"});
  ASSERT_TRUE(lead);
  EXPECT_EQ(lead->metadata.at("city"), "Oslo");
  EXPECT_EQ(lead->zone, "Europe/Oslo");
  EXPECT_EQ(lead->priority, 5);
  EXPECT_EQ(lead->skills.size(), 1u);
}

TEST(LeadRows, AHeaderWithoutNumbersIsRefused) {
  EXPECT_EQ(Row({"name"}, {"Ann"}).error().reason, "CSV_HEADER");
  EXPECT_EQ(Row({"phone", "number"}, {"1", "2"}).error().reason, "CSV_HEADER");
}

TEST(LeadRows, AHeaderOfAnotherKindSaysWhatItIs) {
  const auto hint = [](const std::string& header) {
    return LeadColumns::Of({header}).error().message;
  };
  EXPECT_NE(hint("name;phone").find("semicolons"), std::string::npos);
  EXPECT_NE(hint("name\tphone").find("tabs"), std::string::npos);
  EXPECT_NE(hint(std::string("n\0a\0", 4)).find("UTF-16"), std::string::npos);
}

TEST(LeadRows, ABadRowSaysWhy) {
  const auto why = [](const std::string& column, const std::string& value) {
    const auto lead = Row({"number", column}, {"+14155550100", value});
    return lead ? std::string() : lead.error().message;
  };
  EXPECT_EQ(why("timezone", "Mars/Base"), "timezone: is no IANA zone");
  EXPECT_EQ(why("priority", "high"), "priority: is no whole number from -1000 to 1000");
  EXPECT_EQ(why("note", "\xC3\x28"), "row: is not UTF-8");
  EXPECT_EQ(Row({"number"}, {"555-0100"}).error().message, "number: lacks its area code");
  EXPECT_EQ(Row({"number"}, {""}).error().message, "number: is empty");
  EXPECT_EQ(Row({"number"}, {"hello"}).error().message, "number: is not a phone number");
  EXPECT_FALSE(Row({"number"}, {"+14155550100", "more"}));
}

TEST(LeadRows, UnassignedNumbersBelongToTheWholeCallingCode) {
  EXPECT_EQ(Row({"number"}, {"+14155550100"})->region, "US");
  EXPECT_EQ(Row({"number"}, {"+15550000100"})->region, "+1");
}

TEST(Utf8, OverlongFormsAndSurrogatesAreNone) {
  EXPECT_TRUE(IsUtf8("Zoë 😀"));
  for (const char* bad : {"\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\xFF"}) {
    EXPECT_FALSE(IsUtf8(bad));
  }
}

TEST(LeadRows, ARowWithTheCharacterZeroIsRefusedByItself) {
  const auto columns = LeadColumns::Of({"name", "phone", "note"});
  ASSERT_TRUE(columns);
  std::vector<std::string> fields{"Ada", "+14155550100", std::string("a\0b", 3)};
  const auto refused = columns->Read(fields, "US");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fields.front().field, "row");
  fields.back() = "ab";
  EXPECT_TRUE(columns->Read(fields, "US"));
}

}  // namespace
}  // namespace callfleet::dialer
