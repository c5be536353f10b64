#pragma once
// How one process of supervisor keeps the history of one service: events become rows by its real
// code, rows and cursor are one transaction.
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "services/supervisor/domain/history_rows.h"
#include "tests/scenario/engine/house.h"

namespace callfleet::engine {

// Outlive all processes.
struct HistoryTables {
  struct Cursor {  // Of one service's outbox.
    std::size_t read = 0;
    std::map<std::string, std::uint64_t> seqs;  // By stream: the last that is in the rows.
  };
  Cursor dialer;
  Cursor queue;
  std::map<std::pair<WallTime, std::string>, supervisor::CallRow> calls;
};

// A service that is read.
struct HistorySource {
  EventLog* events;
  HistoryTables::Cursor* cursor;
  std::function<LifeRef()> service;
};

class HistoryRun {
 public:
  HistoryRun(House* house, LifeRef life, HistoryTables* tables, HistorySource source);
  ~HistoryRun();

  void Start() { ReadCursor(); }
  // SIGTERM: what was read is written, nothing more is read.
  void Close();
  bool closed() const { return closing_ && !gathering_ && written_ == read_; }
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
  static bool Apply(House* house, HistoryTables* tables, const HistorySource& source,
                    std::size_t from, std::size_t to);

  House* house_;
  LifeRef life_;
  HistoryTables* tables_;
  HistorySource source_;
  std::shared_ptr<Reader> reader_;
  std::size_t read_ = 0;     // Behind the last event that was heard.
  std::size_t written_ = 0;  // Behind the last that is kept.
  bool gathering_ = false;   // Or writing.
  bool closing_ = false;
};

}  // namespace callfleet::engine
