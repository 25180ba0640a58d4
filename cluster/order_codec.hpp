// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/result_codec.hpp"
#include "config/node_index.hpp"
#include "messages/cluster_protocol.hpp"

#include <nlohmann/json.hpp>

#include <optional>

namespace troupe::wire {

nlohmann::json packed(const branch_order& x, packed_values& values, secrets way);

/// The order again; `flow`: the same plan, as it was read here. Nothing if it is not what it should
/// be, or names a node that the plan has not.
std::optional<branch_order> order_from(const nlohmann::json& x, const unpacked_values& values,
                                       std::shared_ptr<const plan::flow> flow);

} // namespace troupe::wire
