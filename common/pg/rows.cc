#include "common/pg/rows.h"

#include <stdexcept>

#include "common/pg/param.h"
#include "common/pg/rows_impl.h"

namespace callfleet::pg {
namespace {

pqxx::field Field(const Rows::Impl* impl, std::size_t row, int column) {
  using RowNumber = pqxx::result::size_type;
  using ColumnNumber = pqxx::row::size_type;
  return impl->result[static_cast<RowNumber>(row)][static_cast<ColumnNumber>(column)];
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  throw std::runtime_error("not a bytea in hex format");
}

}  // namespace

std::size_t Rows::size() const { return static_cast<std::size_t>(impl_->result.size()); }
std::size_t Rows::affected() const {
  return static_cast<std::size_t>(impl_->result.affected_rows());
}

int Rows::Row::At(const char* name) const {
  return static_cast<int>(impl_->result.column_number(name));
}
bool Rows::Row::Null(int column) const { return Field(impl_, number_, column).is_null(); }
std::string Rows::Row::AsText(int column) const {
  return Field(impl_, number_, column).as<std::string>();
}
std::int64_t Rows::Row::AsInt(int column) const {
  return Field(impl_, number_, column).as<std::int64_t>();
}
double Rows::Row::AsDouble(int column) const { return Field(impl_, number_, column).as<double>(); }
bool Rows::Row::AsBool(int column) const { return Field(impl_, number_, column).as<bool>(); }

WallTime Rows::Row::AsTime(int column) const {
  const auto time = ParseTime(AsText(column));
  if (!time) throw std::runtime_error("not a timestamptz: " + AsText(column));
  return *time;
}

std::string Rows::Row::AsBytes(int column) const {
  const std::string hex = AsText(column);
  if (!hex.starts_with("\\x") || hex.size() % 2 != 0) {
    throw std::runtime_error("not a bytea in hex format");
  }
  std::string bytes;
  bytes.reserve(hex.size() / 2 - 1);
  for (std::size_t i = 2; i < hex.size(); i += 2) {
    bytes += static_cast<char>(HexDigit(hex[i]) * 16 + HexDigit(hex[i + 1]));
  }
  return bytes;
}

std::vector<std::string> Rows::Row::AsTexts(int column) const {
  const std::string text = AsText(column);
  pqxx::array_parser parser(text.c_str());
  std::vector<std::string> items;
  for (auto item = parser.get_next(); item.first != pqxx::array_parser::juncture::done;
       item = parser.get_next()) {
    if (item.first == pqxx::array_parser::juncture::string_value) items.push_back(item.second);
  }
  return items;
}

}  // namespace callfleet::pg
