// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/translation.hpp"

#include <string>
#include <vector>

namespace troupe::config {

/// An edge as a graph document has it.
struct written_edge {
  std::string from, to;
  std::string action;
  std::string group; ///< empty: none
  reader at;

  bool is_default() const;
};

/// A node on its way to the native document.
struct placed_node {
  std::string id;
  native_json node;
};

/// A list of nodes where each leads to the next one, or else an object with `nodes` and `edges`.
native_json pipeline_of(std::vector<placed_node> nodes, const std::vector<written_edge>& edges);

} // namespace troupe::config
