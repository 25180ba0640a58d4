// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/cluster_fault/ledger.hpp"
#include "troupe/event.hpp"
#include "troupe/run.hpp"

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe::test {

/// What must be the same wherever a flow runs: output, context, and the status of run and nodes;
/// not times, places, or how a step that must not run twice was replaced.
nlohmann::json essence_of(const run_result& x);

/// What the steps of one run have done, in all processes.
class book {
public:
  struct entry {
    std::vector<ledger_line> begins; ///< in order
    size_t ends = 0;                 ///< without those that were stopped
  };
  using attempt = std::pair<std::string, int>; ///< path and number

  book(const std::vector<ledger_line>& all, const std::string& run_id);

  const std::map<attempt, entry>& entries() const { return entries_; }
  bool has_ended(const attempt& x) const;
  /// How many attempts have begun more than once, counted each time.
  size_t repeats() const;
  /// Of those, the ones whose first time began at that moment or later.
  size_t repeats_begun_since(duration x) const;

private:
  std::map<attempt, entry> entries_;
};

/// What a coordinator is told of a run, and when.
class records {
public:
  event_listener listener();
  /// Until the run's last event has come; the listener may be destroyed then. Its result comes
  /// earlier.
  void wait_for_end();

  /// When it was told that the step has ended well; nothing: it was not.
  std::optional<duration> end_of(const std::string& path) const;
  /// How often the branches around the step have moved.
  size_t moves_around(const std::string& path) const;
  /// The same of each branch that has, by path.
  std::map<std::string, size_t> moves() const;
  size_t count_of_moves() const;

private:
  mutable std::mutex mutex_;
  std::condition_variable ended_;
  bool has_ended_ = false;
  std::map<std::string, duration> ends_;
  std::map<std::string, size_t> moves_;
};

} // namespace troupe::test
