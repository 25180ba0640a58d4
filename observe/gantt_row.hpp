// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/observe.hpp"

#include <string>
#include <vector>

namespace troupe::observe {

/// A node in a picture, with the attempts of it that failed. Refers to the list of spans.
struct gantt_row {
  const span* node;
  std::vector<const span*> failed = {};

  /// When it began to work for good: after it waited for permits, or after the last pause.
  wall_time working_since() const;
  /// What stands beside its bar: how long, and what was out of the ordinary.
  std::string label() const;
  /// What one is told who points at it.
  std::string title() const;
};

/// The nodes of a run, in order; not the run itself, which is the whole picture.
std::vector<gantt_row> rows_of(const std::vector<span>& all);

/// Keeps that many, the longest, in order. Returns how many are left out.
size_t keep_longest(std::vector<gantt_row>& rows, size_t most);

/// It failed by itself, and not because something inside did.
bool is_cause(const span& x);

/// What was spent, to be put behind something; empty: nothing.
std::string bill_of(const metrics& x);

} // namespace troupe::observe
