#include "tests/scenario/engine/history_run.h"

#include <algorithm>
#include <utility>

#include "services/supervisor/adapters/history_convert.h"

namespace callfleet::engine {

namespace {
constexpr milliseconds kReadAgain{500};
constexpr milliseconds kGather{100};
constexpr std::size_t kMost = 1'000;  // Events of a transaction.
constexpr seconds kPatience{30};
}  // namespace

HistoryRun::HistoryRun(House* house, LifeRef life, HistoryTables* tables, HistorySource source)
    : house_(house), life_(std::move(life)), tables_(tables), source_(std::move(source)) {
  source_.events->OnCommitted([this] { Feed(); });
}

HistoryRun::~HistoryRun() {
  life_->Kill();
  source_.events->OnCommitted(nullptr);
}

void HistoryRun::Close() {
  closing_ = true;
  reader_ = nullptr;
}

void HistoryRun::ReadCursor() {
  const auto cursor = std::make_shared<std::size_t>(0);
  house_->database.Transact(
      life_, kPatience, [source = source_, cursor] { *cursor = source.cursor->read; },
      [this, cursor](bool there) {
        if (!there) return ReadCursor();
        read_ = written_ = *cursor;
        gathering_ = false;
        if (!closing_) Open();
      });
}

void HistoryRun::Open() {
  house_->network.Open(life_, source_.service, [this](const std::shared_ptr<Stream>& stream) {
    if (closing_) return;
    if (!stream) {
      life_->Start(kReadAgain, [this] { Open(); });
      return;
    }
    read_ = written_;
    const auto reader = std::make_shared<Reader>(Reader{stream, read_});
    reader_ = reader;
    stream->OnClientDown([this, reader] {
      if (reader_ != reader) return;
      reader_ = nullptr;
      life_->Start(kReadAgain, [this] { Open(); });
    });
    stream->ToServer([this, reader] {
      if (reader_ == reader) Feed();
    });
  });
}

// At the service that is read: what is committed goes out.
void HistoryRun::Feed() {
  if (!reader_ || reader_->stream->broken() || !life_->alive()) return;
  const std::size_t end = source_.events->size();
  if (reader_->next >= end) return;
  const std::size_t from = std::exchange(reader_->next, end);
  reader_->stream->ToClient(
      [this, stream = reader_->stream, from, end] { OnEvents(stream, from, end); });
}

void HistoryRun::OnEvents(const std::shared_ptr<Stream>& stream, std::size_t from, std::size_t to) {
  if (!reader_ || reader_->stream != stream) return;
  if (from != read_) house_->kernel->Broken("a reader of events was given others than the next");
  read_ = to;
  if (std::exchange(gathering_, true)) return;
  life_->Start(kGather, [this] { Write(); });
}

void HistoryRun::Write() {
  const std::size_t from = written_;
  const std::size_t to = std::min(read_, from + kMost);
  const auto kept = std::make_shared<bool>(false);
  house_->database.Transact(
      life_, kPatience,
      [house = house_, tables = tables_, source = source_, kept, from, to] {
        *kept = Apply(house, tables, source, from, to);
      },
      [this, kept, to](bool there) {
        if (!there || !*kept) {  // Somebody else writes too, or nobody knows: from the cursor on.
          reader_ = nullptr;
          return ReadCursor();
        }
        written_ = to;
        gathering_ = read_ > written_;
        if (gathering_) life_->Start(kGather, [this] { Write(); });
      });
}

bool HistoryRun::Apply(House* house, HistoryTables* tables, const HistorySource& source,
                       std::size_t from, std::size_t to) {
  if (source.cursor->read != from) return false;
  for (std::size_t n = from; n < to; ++n) {
    const EventLog::Event& event = source.events->at(n);
    if (++source.cursor->seqs[event.stream()] != event.seq()) {
      house->kernel->Broken("history has missed or doubled an event of " + event.stream());
    }
    const supervisor::HistoryEvent read = supervisor::ToHistory(event);
    const auto* row = std::get_if<supervisor::CallRow>(&read.what);
    if (row == nullptr) continue;
    // As PgHistoryLog: of two records of one call the higher rank stays.
    auto& known = tables->calls[{row->began, row->id}];
    if (row->rank >= known.rank) known = *row;
  }
  source.cursor->read = to;
  return true;
}

}  // namespace callfleet::engine
