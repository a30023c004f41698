#pragma once

// A connection to an SQLite database and its prepared statements. One connection belongs to one
// thread. Failures are values; they name the file and say what SQLite said.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace syrah::store {

/// A prepared statement, kept for many runs. Parameters are given from left to right; bytes given
/// are copied, unless they are lent. Must not outlive its Database.
class Statement {
 public:
  Statement() = default;

  Statement& integer(std::int64_t value);
  Statement& text(std::string_view value);
  Statement& blob(std::span<const std::uint8_t> value);
  Statement& null();
  /// They must stay until the statement was run to its end.
  Statement& lend_text(std::string_view value);
  Statement& lend_blob(std::span<const std::uint8_t> value);

  /// Runs a statement without rows to its end and makes it ready for the next run.
  base::Status run();
  /// Moves to the next row; false after the last one, and then ready for the next run.
  base::Result<bool> next();
  /// Gives up the rows that are left.
  void reset();

  // Columns of the current row, counted from 0. Views live until the next call of `next`. A column
  // of another type reads as 0 or empty.
  [[nodiscard]] std::int64_t integer_at(int column) const;
  [[nodiscard]] std::string_view text_at(int column) const;
  [[nodiscard]] std::span<const std::uint8_t> blob_at(int column) const;
  [[nodiscard]] std::string_view column_name(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(sqlite3_stmt* statement, std::string file);

  void bound(int result);
  Statement& bind_text(std::string_view value, void (*keep)(void*));
  Statement& bind_blob(std::span<const std::uint8_t> value, void (*keep)(void*));
  [[nodiscard]] base::Error failure(int result);

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  std::string file_;
  int parameters_ = 0;    ///< given so far
  int bind_failure_ = 0;  ///< first result of a bind that was not good
};

class Database {
 public:
  enum class Mode {
    kCreate,     ///< read and write; made if it does not exist
    kReadWrite,  ///< must exist
    kReadOnly,
  };

  /// Opens with a write-ahead log, every commit synced (synchronous=FULL: it survives a power cut),
  /// foreign keys on and a busy timeout.
  static base::Result<Database> open(const std::string& file, Mode mode);

  base::Result<Statement> prepare(std::string_view sql);
  /// Runs statements without parameters, one after the other.
  base::Status execute(const std::string& sql);
  /// First column of the first row of a query without parameters; 0 when there is no row.
  base::Result<std::int64_t> integer(std::string_view sql);

  base::Status begin() { return execute("BEGIN IMMEDIATE"); }
  base::Status commit() { return execute("COMMIT"); }
  /// After a failure; what it says itself does not matter any more.
  void rollback();

  /// What is prepared from now on is added to that, until null is given.
  void note_prepared(std::vector<std::string>* texts) { prepared_ = texts; }

  [[nodiscard]] const std::string& file() const { return file_; }
  /// For interrupting and the like; owned by this.
  [[nodiscard]] sqlite3* raw() const { return connection_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  Database(sqlite3* connection, std::string file);

  std::unique_ptr<sqlite3, Close> connection_;
  std::string file_;
  std::vector<std::string>* prepared_ = nullptr;
};

}  // namespace syrah::store
