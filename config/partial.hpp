// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/plan.hpp"

#include <map>

namespace troupe::config {

/// Which part of a flow to run, and what stands in for the rest.
struct part {
  std::string only = {};             ///< this node of the pipeline alone; empty: all
  std::string from = {};             ///< this node of the pipeline and those behind it
  std::map<std::string, value> pins; ///< by id: the output of a node that is not run
};

/// A plan of that part; invalid_input for ids that are not there, and for outputs that would be
/// missing.
expected<std::shared_ptr<plan::flow>> take_part(const plan::flow& x, const part& which);

} // namespace troupe::config
