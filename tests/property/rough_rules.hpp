// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/property/simulation.hpp"

#include <limits>
#include <map>
#include <string>
#include <vector>

namespace troupe::test {

/// A performance, and what its flow says of each node.
struct rough_case {
  rough_case(const document& flow, const performance& what);

  const document& flow;
  const performance& what;
  std::map<std::string, const document*> nodes = {}; ///< by id
  std::map<std::string, std::string> undos = {};     ///< ids, of what they undo

  /// The node of an instance; null: one that has no id.
  const document* node_at(const std::string& path) const;
  bool is_undo(const std::string& path) const;
  /// Whether it was called within this execution of a group or a step.
  bool is_inside(const call_record& call, const step_result& r) const;
  bool is_path_inside(const std::string& path, const step_result& r) const;
};

duration start_since_begin(const step_result& r);
duration end_since_begin(const step_result& r);

/// Each tells what it wanted and what it found.
std::vector<std::string> wrong_with_limits(const rough_case& x);
std::vector<std::string> wrong_with_budgets(const rough_case& x);
std::vector<std::string> wrong_with_undos(const rough_case& x);

} // namespace troupe::test
