// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/plan.hpp"

// The nodes that a reader adds to a plan for a group's own working.
namespace troupe::config {

/// Gives what a jq program makes of its input; it may compute for 30 s.
plan::helper evaluating(plan::expression program);
/// Gives the template filled in; its input is `previous`.
plan::helper filling(plan::value_template x);
/// Runs a function that the host has registered.
plan::helper running(std::shared_ptr<const step_kind> kind);
/// Lets that much time pass.
plan::helper pausing(duration time);
/// Gives the inputs of a flow, made by the template and checked. `target` must outlive it.
plan::helper giving_inputs(const plan::subflow& target, plan::value_template x);

} // namespace troupe::config
