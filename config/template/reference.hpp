// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/scope.hpp"
#include "troupe/expected.hpp"

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace troupe::plan {

/// Where a reference begins.
enum class origin : uint8_t {
  unbound, ///< not looked up yet
  inputs,
  context,
  previous,
  result, ///< of the node itself, in `set`
  environment,
  secret,
  step_output, ///< `${fetch}`
  step_result, ///< `${steps.fetch}`
  name,        ///< bound by a group around: the item of a batch
};

struct reference;
/// One step further in: a member, an item, or what another reference names.
using segment = std::variant<std::string, size_t, std::shared_ptr<reference>>;

/// A way to a value: `fetch.response[0]`.
struct reference {
  std::string text = {};         ///< as written
  std::string root = {};         ///< its first word
  std::vector<segment> way = {}; ///< from there
  plan::origin origin = origin::unbound;
  size_t slot = 0; ///< of the node, for step_output and step_result; else of the name
  size_t at = 0;   ///< where it begins in the text that it is in
};

/// What it names, shared and not copied; unresolved_reference, saying how far it came.
expected<value> resolve(const reference& x, const view& from);

} // namespace troupe::plan
