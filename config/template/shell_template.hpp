// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/template/text_template.hpp"

#include <string>
#include <utility>
#include <vector>

namespace troupe::plan {

/// A command line for `sh -c` whose templates have become references to environment variables,
/// quoted to fit the place where each stands. The shell never parses what a template gives.
struct shell_template {
  std::string text = {}; ///< as written
  std::string script;
  std::vector<std::pair<std::string, alternatives>> variables; ///< name, and what it holds
};

/// Refuses templates where no quoting keeps data from being code: in arithmetic, and in a
/// here-document whose delimiter is quoted.
expected<shell_template, template_problem> to_shell(const text_template& x);

/// `{"script": …, "env": {…}}`; payload_too_large for a text above 128 KiB, which no environment
/// takes.
expected<value> resolve(const shell_template& x, const view& from);

} // namespace troupe::plan
