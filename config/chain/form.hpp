// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/reader.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::config {

/// What a step of a chain is, by its type.
enum class step_form : uint8_t { plain, list, group, batch, merge, split };

/// A step that is a list, or that has `steps` and no type, is a list of steps.
step_form form_of(const reader& step);

/// The types that are no kinds.
const std::vector<std::string>& structural_types();

/// A setting of a step: written on it, under its `params`, or under its `parallel_config`.
std::optional<reader> setting_of(const reader& step, std::string_view key);

/// Tells of a setting that a step has in several places, or by several of its names.
void refuse_repeated(const reader& step, const std::vector<std::string>& names);

/// The steps of a group, of a list, or of a branch that is one.
std::optional<reader> inner_steps(const reader& step);

/// `enabled: false` is as if it were not written.
bool is_on(const reader& step);

/// What is said of a step: its text, or nothing if it is no text.
std::string text_of(const reader& in, std::string_view key);

} // namespace troupe::config
