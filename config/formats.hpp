// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/document/document.hpp"
#include "config/document/problems.hpp"
#include "config/translation.hpp"
#include "troupe/registry.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::config {

/// The formats' names, as `--format` takes them.
std::vector<std::string> format_names();

/// Null if there is no such format.
nlohmann::json schema_of(const registry& kinds, std::string_view format);

/// Makes a native document of one of another format: of that which is wanted, or that its keys say.
/// False if it is none, or is wrong; then that is among the problems.
bool make_native(document& x, problems& found, const std::string& wanted = {});

/// A flow that stands inside of a document, as a native one has it under `flows`; of graphs `graph`
/// makes it. What is of no format stays as it is written: the native reader tells.
native_json native_flow(const reader& in, const std::function<native_json(const reader&)>& graph);
native_json native_flow(const reader& in);
/// All that stand under `flows`.
native_json native_flows(const reader& in);

// One for each format besides the native one; `in` is the document, an object.
native_json translate_graph(const reader& in);
native_json translate_chain(const reader& in);
native_json translate_blueprint(const reader& in);

} // namespace troupe::config
