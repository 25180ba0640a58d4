// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite_cache.hpp"

#include "troupe/encoding.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>

namespace troupe {

namespace {

constexpr int patience_ms = 5000; // while another process writes

struct finalizer {
  void operator()(sqlite3_stmt* x) const { sqlite3_finalize(x); }
};
using statement = std::unique_ptr<sqlite3_stmt, finalizer>;

statement prepared(sqlite3* database, const char* sql) {
  sqlite3_stmt* made = nullptr;
  sqlite3_prepare_v2(database, sql, -1, &made, nullptr);
  return statement{made};
}

void bind_text(const statement& x, int place, const std::string& text) {
  sqlite3_bind_text64(x.get(), place, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

/// What a key is known by in the file: keys hold params, and so perhaps secrets.
std::string digest_of(const std::string& key) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  EVP_Digest(key.data(), key.size(), bytes.data(), &size, EVP_sha256(), nullptr);
  return base64({reinterpret_cast<const char*>(bytes.data()), size});
}

int64_t now_ns() {
  return std::chrono::duration_cast<duration>(std::chrono::system_clock::now().time_since_epoch())
    .count();
}

} // namespace

void sqlite_cache::closer::operator()(sqlite3* x) const { sqlite3_close(x); }

unexpected<error> sqlite_cache::trouble(const char* what) const {
  return failure(errc::file_error, "the cache " + file_ + " " + what + ": " +
                                     (database_ ? sqlite3_errmsg(database_.get()) : "no memory"));
}

expected<void> sqlite_cache::open() {
  if (database_)
    return {};
  // Results are their owner's alone: the file is made before SQLite would make it for all.
  if (auto fd = ::open(file_.c_str(), O_CREAT | O_CLOEXEC | O_RDWR, S_IRUSR | S_IWUSR); fd >= 0)
    ::close(fd);
  sqlite3* made = nullptr;
  auto code = sqlite3_open(file_.c_str(), &made);
  database_.reset(made);
  auto run = [&](const char* sql) {
    return code == SQLITE_OK &&
           (code = sqlite3_exec(made, sql, nullptr, nullptr, nullptr)) == SQLITE_OK;
  };
  if (made)
    sqlite3_busy_timeout(made, patience_ms);
  auto is_open = run("PRAGMA journal_mode = WAL") && run("PRAGMA synchronous = NORMAL") &&
                 run("CREATE TABLE IF NOT EXISTS results "
                     "(key TEXT PRIMARY KEY, entry TEXT NOT NULL, expires_at_ns INTEGER)");
  if (is_open)
    return {};
  auto why = trouble("cannot be opened");
  database_.reset();
  return why;
}

expected<std::optional<value>> sqlite_cache::find(const std::string& key) {
  std::lock_guard guard{mutex_};
  if (auto opened = open(); !opened)
    return unexpected{opened.error()};
  auto query = prepared(database_.get(), "SELECT entry FROM results WHERE key = ? AND "
                                         "(expires_at_ns IS NULL OR expires_at_ns > ?)");
  if (!query)
    return trouble("cannot be read");
  bind_text(query, 1, digest_of(key));
  sqlite3_bind_int64(query.get(), 2, now_ns());
  auto code = sqlite3_step(query.get());
  if (code == SQLITE_DONE)
    return std::optional<value>{};
  if (code != SQLITE_ROW)
    return trouble("cannot be read");
  auto text = reinterpret_cast<const char*>(sqlite3_column_text(query.get(), 0));
  auto size = static_cast<size_t>(sqlite3_column_bytes(query.get(), 0));
  return value::parse({text, size}); // what is damaged is as if it were not there
}

expected<void> sqlite_cache::keep(const std::string& key, const value& x,
                                  std::optional<duration> ttl) {
  std::lock_guard guard{mutex_};
  if (auto opened = open(); !opened)
    return opened;
  auto update = prepared(database_.get(), "INSERT OR REPLACE INTO results VALUES (?, ?, ?)");
  auto clean = prepared(database_.get(), "DELETE FROM results WHERE expires_at_ns <= ?");
  if (!update || !clean)
    return trouble("cannot be written");
  bind_text(update, 1, digest_of(key));
  bind_text(update, 2, x.dump());
  if (ttl)
    sqlite3_bind_int64(update.get(), 3, now_ns() + ttl->count());
  sqlite3_bind_int64(clean.get(), 1, now_ns());
  if (sqlite3_step(update.get()) != SQLITE_DONE || sqlite3_step(clean.get()) != SQLITE_DONE)
    return trouble("cannot be written");
  return {};
}

} // namespace troupe
