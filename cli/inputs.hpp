// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"
#include "troupe/expected.hpp"
#include "troupe/flow.hpp"

#include <functional>
#include <optional>
#include <string>

namespace troupe::cli {

/// The inputs that the options give, as the flow's declared types want them: for a type other than
/// text, what follows `=` is read as JSON.
expected<value> read_inputs(const run_command& x, const flow& what);

/// The part of the flow that the options ask for.
expected<flow> read_part(const run_command& x, const flow& what);

/// Where secrets come from: the files that the options name, else the environment. Refuses names
/// that the flow does not want.
expected<std::function<std::optional<std::string>(const std::string&)>>
read_secrets(const std::vector<std::string>& options, const flow& what);

} // namespace troupe::cli
