// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/result_cache.hpp"

#include <memory>
#include <mutex>
#include <string>

struct sqlite3;

namespace troupe {

/// Keeps results in an SQLite file, which several processes may share.
class sqlite_cache final : public result_cache {
public:
  explicit sqlite_cache(std::string file) : file_{std::move(file)} {}
  expected<std::optional<value>> find(const std::string& key) override;
  expected<void> keep(const std::string& key, const value& x, std::optional<duration> ttl) override;

private:
  struct closer {
    void operator()(sqlite3* x) const;
  };
  expected<void> open();
  unexpected<error> trouble(const char* what) const;

  std::string file_;
  std::mutex mutex_;
  std::unique_ptr<sqlite3, closer> database_; // null until it is used
};

} // namespace troupe
