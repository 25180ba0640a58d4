// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/document/document.hpp"
#include "config/document/problems.hpp"
#include "troupe/expected.hpp"

#include <filesystem>
#include <optional>

namespace troupe::config {

/// Puts the text of a file wherever the document says `{"$file": "prompt.md"}`: one that stands
/// beside the document or in a folder below. `folder`: the document's; nothing: it is not in a
/// file, and may not refer to any. What is wrong is among the problems.
void put_in_text_files(document& x, const std::optional<std::filesystem::path>& folder,
                       problems& found);

/// The file of that name in `folder` or below it; never one outside, not through a link either.
expected<std::filesystem::path, finding>
file_beside(const std::optional<std::filesystem::path>& folder, const std::string& name);

} // namespace troupe::config
