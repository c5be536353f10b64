#pragma once
// What a statement returned. Values are read by column name or by position; a value of another
// type than asked for is a bug in our SQL and throws, which the session turns into INTERNAL.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/clock/clock.h"

namespace callfleet::pg {

// Cheap to copy; copies share the rows. One thread at a time.
class Rows {
 public:
  class Impl;
  explicit Rows(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  class Row {
   public:
    Row(const Impl* impl, std::size_t number) : impl_(impl), number_(number) {}
    template <class Column>
    std::string Text(Column column) const {
      return AsText(At(column));
    }
    template <class Column>
    std::int64_t Int(Column column) const {
      return AsInt(At(column));
    }
    template <class Column>
    double Double(Column column) const {
      return AsDouble(At(column));
    }
    template <class Column>
    bool Bool(Column column) const {
      return AsBool(At(column));
    }
    template <class Column>
    WallTime Time(Column column) const {
      return AsTime(At(column));
    }
    template <class Column>
    std::string Bytes(Column column) const {
      return AsBytes(At(column));
    }
    template <class Column>
    std::vector<std::string> Texts(Column column) const {
      return AsTexts(At(column));
    }
    template <class Column>
    bool IsNull(Column column) const {
      return Null(At(column));
    }
    template <class Column>
    std::optional<std::string> OptionalText(Column column) const {
      return IsNull(column) ? std::nullopt : std::optional(Text(column));
    }
    template <class Column>
    std::optional<std::int64_t> OptionalInt(Column column) const {
      return IsNull(column) ? std::nullopt : std::optional(Int(column));
    }
    template <class Column>
    std::optional<WallTime> OptionalTime(Column column) const {
      return IsNull(column) ? std::nullopt : std::optional(Time(column));
    }

   private:
    int At(int column) const { return column; }
    int At(const char* name) const;
    bool Null(int column) const;
    std::string AsText(int column) const;
    std::int64_t AsInt(int column) const;
    double AsDouble(int column) const;
    bool AsBool(int column) const;
    WallTime AsTime(int column) const;
    std::string AsBytes(int column) const;
    std::vector<std::string> AsTexts(int column) const;

    const Impl* impl_;
    std::size_t number_;
  };

  std::size_t size() const;
  bool empty() const { return size() == 0; }
  std::size_t affected() const;  // Of INSERT, UPDATE, DELETE.
  Row operator[](std::size_t number) const { return {impl_.get(), number}; }

  class Iterator {
   public:
    Iterator(const Impl* impl, std::size_t number) : impl_(impl), number_(number) {}
    Row operator*() const { return {impl_, number_}; }
    Iterator& operator++() {
      ++number_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return number_ != other.number_; }

   private:
    const Impl* impl_;
    std::size_t number_;
  };
  Iterator begin() const { return {impl_.get(), 0}; }
  Iterator end() const { return {impl_.get(), size()}; }

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace callfleet::pg
