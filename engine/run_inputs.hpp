// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/plan.hpp"
#include "config/redactor.hpp"
#include "config/scope.hpp"
#include "troupe/run.hpp"

#include <memory>

namespace troupe {

/// What a run reads from outside: its inputs with defaults, its variables and its secrets.
/// invalid_input if something is missing, or is not what was declared.
expected<run_values> values_for(const plan::flow& flow, const value& inputs,
                                const run_options& options);

/// Of the flow's secrets, and of the keys that `llm` steps find by themselves; null if there are
/// none.
std::shared_ptr<const config::redactor> redactor_for(const plan::flow& flow, const value& secrets);

} // namespace troupe
