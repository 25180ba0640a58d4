// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/packed_values.hpp"
#include "config/needs.hpp"
#include "config/node_index.hpp"
#include "config/scope.hpp"
#include "messages/step_protocol.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>

// Results and scopes as JSON whose values are numbers. Who unpacks ignores members that it does not
// know; nothing comes back for what is not what it should be.
namespace troupe::wire {

nlohmann::json packed(const error& x);
std::optional<error> error_from(const nlohmann::json& x);

nlohmann::json packed(const spending& x);
spending spending_from(const nlohmann::json& x);

/// Which parts of a result go along.
enum class part_of_result : uint8_t { without_children, whole };

nlohmann::json packed(const step_result& x, packed_values& values,
                      part_of_result part = part_of_result::whole);
std::optional<step_result> result_from(const nlohmann::json& x, const unpacked_values& values);

/// Whether secrets go along. Where they stay, the other side has its own, or none.
enum class secrets : uint8_t { stay, travel };

/// As much of the scope as `wanted` says.
nlohmann::json packed(const scope& x, const plan::needs& wanted, packed_values& values,
                      secrets way);
/// `run`: for what comes from outside of the run; null: what was packed is all there is.
std::optional<scope> scope_from(const nlohmann::json& x, const unpacked_values& values,
                                std::shared_ptr<const run_values> run = {});

/// Without secrets: who unpacks has those of the run.
nlohmann::json packed(const finished& x, const plan::node_index& nodes, packed_values& values);
std::optional<finished> finished_from(const nlohmann::json& x, const plan::node_index& nodes,
                                      const unpacked_values& values,
                                      const std::shared_ptr<const run_values>& run);

} // namespace troupe::wire
