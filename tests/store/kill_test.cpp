// A process that is killed in the middle of its work must find, at its next start, everything that
// it had been told was durable.

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "base/random.h"
#include "seed.h"
#include "store/journal_fixture.h"

namespace syrah::store {
namespace {

class KillTest : public tests::JournalFixture {
 protected:
  /// Transaction n of the child: entries of two homes and a trade, together.
  node::Transaction make() {
    node::Transaction made = transaction();
    made.batches.push_back(own.batch(made.id % 7 + 1, 300));
    made.batches.push_back(other.batch(2, 300));
    made.facts.emplace_back(tests::sample_trade(other.home(), made.id));
    return made;
  }

  /// The child: goes on where the journal ends and writes each id after its commit returned.
  [[noreturn]] void commit_for_ever(int pipe) {
    base::Result<Journal> journal = Journal::open(file);
    if (!journal.ok()) ::_exit(1);
    const base::Result<node::Recovered> recovered = journal->recover(own.home());
    if (!recovered.ok()) ::_exit(2);
    while (id < recovered->last_transaction) make();
    while (true) {
      std::vector<node::Transaction> group;
      for (std::uint64_t count = id % 3 + 1; count > 0; --count) group.push_back(make());
      if (!journal->commit(group).ok()) ::_exit(3);
      if (::write(pipe, &id, sizeof id) != static_cast<ssize_t>(sizeof id)) ::_exit(4);
    }
  }

  /// Reads acknowledged ids until there were `count` of them, kills, and reads what is left.
  static std::uint64_t kill_after(::pid_t child, int pipe, std::uint64_t count) {
    std::uint64_t acknowledged = 0;
    std::uint64_t number = 0;
    while (::read(pipe, &number, sizeof number) == static_cast<ssize_t>(sizeof number)) {
      acknowledged = number;
      if (count-- == 0) ::kill(child, SIGKILL);
    }
    return acknowledged;
  }
};

TEST_F(KillTest, AllThatWasAcknowledgedIsThereAndNothingIsTorn) {
  base::Random random(tests::seed(5));
  std::uint64_t before = 0;
  for (int round = 0; round < 10; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const ::pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(ends[0]);
      commit_for_ever(ends[1]);
    }
    ::close(ends[1]);
    const std::uint64_t acknowledged = kill_after(child, ends[0], random.below(60));
    ::close(ends[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended with " << WEXITSTATUS(status);

    Journal journal = open();
    const base::Result<node::Recovered> recovered = journal.recover(own.home());
    ASSERT_TRUE(recovered.ok()) << recovered.error().message;
    EXPECT_TRUE(recovered->warnings.empty());
    EXPECT_GE(recovered->last_transaction, acknowledged);
    EXPECT_GT(acknowledged, before);
    before = acknowledged;
    const std::uint64_t last = recovered->last_transaction;
    ASSERT_EQ(recovered->homes.size(), 2U);
    EXPECT_EQ(recovered->homes[0].batches.size(), last);
    EXPECT_EQ(recovered->homes[1].batches.back().head.seq, 2 * last);
    Database database = *Database::open(file, Database::Mode::kReadOnly);
    EXPECT_EQ(*database.integer("SELECT count(*) FROM trades"), static_cast<std::int64_t>(last));
  }
}

}  // namespace
}  // namespace syrah::store
