// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <vector>

namespace troupe::cli {

/// A graph as people would draw it: nodes one after another, and between a fan-out and its fan-in
/// branches beside each other.
struct graph_layout {
  struct place {
    size_t node = 0;                         ///< if there are no branches
    std::vector<graph_layout> branches = {}; ///< those that run at once
  };
  std::vector<place> line;
};

/// Nothing if the graph has actions or cycles, or ways that cross. `nodes`, `edges`: as a flow is
/// described.
std::optional<graph_layout> layout_of(const nlohmann::json& nodes, const nlohmann::json& edges);

} // namespace troupe::cli
