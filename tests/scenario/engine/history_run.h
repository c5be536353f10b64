#pragma once
// One process of supervisor, as far as history goes: events become rows by its real code, rows and
// cursor are one transaction.
#include <deque>
#include <map>
#include <memory>
#include <string>

#include "services/supervisor/domain/history_rows.h"
#include "tests/scenario/engine/house.h"

namespace callfleet::engine {

// Outlives all processes.
struct HistoryTables {
  std::size_t cursor = 0;
  std::map<std::pair<WallTime, std::string>, supervisor::CallRow> calls;
  std::map<std::string, std::uint64_t> seqs;  // By stream: the last that is in the rows.
};

class HistoryRun {
 public:
  HistoryRun(House* house, LifeRef life, HistoryTables* tables);
  ~HistoryRun();

  void Start() { ReadCursor(); }
  const LifeRef& life() const { return life_; }

 private:
  // The reading side of a stream, kept by the service that is read.
  struct Reader {
    std::shared_ptr<Stream> stream;
    std::size_t next = 0;
  };
  void ReadCursor();
  void Open();
  void Feed();
  void OnEvents(const std::shared_ptr<Stream>& stream, std::size_t from, std::size_t to);
  void Write();
  // In the database: it may come to that after this process has died.
  static bool Apply(House* house, HistoryTables* tables, std::size_t from, std::size_t to);

  House* house_;
  LifeRef life_;
  HistoryTables* tables_;
  std::shared_ptr<Reader> reader_;
  std::size_t read_ = 0;     // Behind the last event that was heard.
  std::size_t written_ = 0;  // Behind the last that is kept.
  bool gathering_ = false;   // Or writing.
};

}  // namespace callfleet::engine
