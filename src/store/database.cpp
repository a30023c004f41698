#include "store/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstring>
#include <utility>

#include "store/limits.h"

namespace syrah::store {
namespace {

base::ErrorCode code_of(int result) {
  switch (result & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return base::ErrorCode::kDamaged;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return base::ErrorCode::kUnavailable;
    default:
      return base::ErrorCode::kIo;
  }
}

base::Error error_of(sqlite3* connection, int result, const std::string& file) {
  const char* const text =
      connection == nullptr ? sqlite3_errstr(result) : sqlite3_errmsg(connection);
  std::string message = fmt::format("database {}: {}", file, text);
  const int system = connection == nullptr ? 0 : sqlite3_system_errno(connection);
  const int kind = result & 0xff;
  if (system != 0 && (kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN || kind == SQLITE_FULL)) {
    message += fmt::format(" ({})", std::strerror(system));
  }
  return {code_of(result), std::move(message)};
}

int flags_of(Database::Mode mode) {
  const int common = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  switch (mode) {
    case Database::Mode::kCreate:
      return common | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    case Database::Mode::kReadWrite:
      return common | SQLITE_OPEN_READWRITE;
    case Database::Mode::kReadOnly:
      return common | SQLITE_OPEN_READONLY;
  }
  return common;
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement::Statement(sqlite3_stmt* statement, std::string file)
    : statement_(statement), file_(std::move(file)) {}

void Statement::bound(int result) {
  if (result != SQLITE_OK && bind_failure_ == SQLITE_OK) bind_failure_ = result;
}

Statement& Statement::integer(std::int64_t value) {
  bound(sqlite3_bind_int64(statement_.get(), ++parameters_, value));
  return *this;
}

Statement& Statement::text(std::string_view value) { return bind_text(value, SQLITE_TRANSIENT); }

Statement& Statement::lend_text(std::string_view value) { return bind_text(value, SQLITE_STATIC); }

Statement& Statement::bind_text(std::string_view value, void (*keep)(void*)) {
  // An empty view may have no address, which SQLite would take for NULL.
  const char* const bytes = value.empty() ? "" : value.data();
  bound(
      sqlite3_bind_text64(statement_.get(), ++parameters_, bytes, value.size(), keep, SQLITE_UTF8));
  return *this;
}

Statement& Statement::blob(std::span<const std::uint8_t> value) {
  return bind_blob(value, SQLITE_TRANSIENT);
}

Statement& Statement::lend_blob(std::span<const std::uint8_t> value) {
  return bind_blob(value, SQLITE_STATIC);
}

Statement& Statement::bind_blob(std::span<const std::uint8_t> value, void (*keep)(void*)) {
  const void* const bytes = value.empty() ? static_cast<const void*>("") : value.data();
  bound(sqlite3_bind_blob64(statement_.get(), ++parameters_, bytes, value.size(), keep));
  return *this;
}

Statement& Statement::null() {
  bound(sqlite3_bind_null(statement_.get(), ++parameters_));
  return *this;
}

base::Error Statement::failure(int result) {
  base::Error error = error_of(sqlite3_db_handle(statement_.get()), result, file_);
  reset();
  return error;
}

base::Result<bool> Statement::next() {
  SYRAH_CHECK(statement_ != nullptr, "statement was not prepared");
  if (bind_failure_ != SQLITE_OK) return failure(bind_failure_);
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) return failure(result);
  reset();
  return false;
}

base::Status Statement::run() {
  const base::Result<bool> row = next();
  if (!row.ok()) return row.error();
  if (*row) reset();
  return base::success();
}

void Statement::reset() {
  // Repeats the failure of the last step, which was reported then.
  sqlite3_reset(statement_.get());
  parameters_ = 0;
  bind_failure_ = SQLITE_OK;
}

std::int64_t Statement::integer_at(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::text_at(int column) const {
  const auto* const bytes = sqlite3_column_text(statement_.get(), column);
  if (bytes == nullptr) return {};
  return {reinterpret_cast<const char*>(bytes),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::span<const std::uint8_t> Statement::blob_at(int column) const {
  const void* const bytes = sqlite3_column_blob(statement_.get(), column);
  if (bytes == nullptr) return {};
  return {static_cast<const std::uint8_t*>(bytes),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::string_view Statement::column_name(int column) const {
  const char* const name = sqlite3_column_name(statement_.get(), column);
  return name == nullptr ? std::string_view() : name;
}

void Database::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

Database::Database(sqlite3* connection, std::string file)
    : connection_(connection), file_(std::move(file)) {}

base::Result<Database> Database::open(const std::string& file, Mode mode) {
  sqlite3* connection = nullptr;
  const int result = sqlite3_open_v2(file.c_str(), &connection, flags_of(mode), nullptr);
  Database database(connection, file);
  if (result != SQLITE_OK) return error_of(connection, result, file);
  sqlite3_busy_timeout(connection, kBusyTimeoutMs);

  std::string settings = "PRAGMA foreign_keys=ON;";
  if (mode != Mode::kReadOnly) {
    settings +=
        fmt::format("PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA journal_size_limit={};",
                    kWalBytesKept);
  }
  const base::Status set = database.execute(settings);
  if (!set.ok()) return set.error();
  return database;
}

base::Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int result = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (result != SQLITE_OK) return error_of(connection_.get(), result, file_);
  if (prepared_ != nullptr) prepared_->emplace_back(sql);
  return Statement(statement, file_);
}

base::Status Database::execute(const std::string& sql) {
  const int result = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return error_of(connection_.get(), result, file_);
  return base::success();
}

base::Result<std::int64_t> Database::integer(std::string_view sql) {
  base::Result<Statement> statement = prepare(sql);
  if (!statement.ok()) return statement.error();
  const base::Result<bool> row = statement->next();
  if (!row.ok()) return row.error();
  return *row ? statement->integer_at(0) : 0;
}

void Database::rollback() {
  if (sqlite3_get_autocommit(connection_.get()) == 0) {
    sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

}  // namespace syrah::store
