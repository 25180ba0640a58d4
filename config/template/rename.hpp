// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/template/text_template.hpp"

#include <functional>
#include <optional>
#include <string>

namespace troupe::plan {

/// What a reference is to be instead; nothing: it stays.
using rename_fn = std::function<std::optional<std::string>(const reference&)>;

/// A text with other references in its templates. One whose templates are wrong stays as it is: who
/// reads it says so.
std::string renamed(const std::string& text, const rename_fn& name_of);

/// What a step is to be called; empty: this is no step.
using id_fn = std::function<std::string(const std::string& name)>;

/// A text with other names for steps in its templates: `${name.x}`, `${steps.name}`.
std::string with_other_steps(const std::string& text, const id_fn& id_of);

/// A text in which nothing is a template any more.
std::string escaped(std::string text);

} // namespace troupe::plan
