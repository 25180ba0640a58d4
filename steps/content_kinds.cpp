// SPDX-License-Identifier: Apache-2.0
#include "steps/kinds.hpp"

#include "troupe/detail/content_kinds.hpp"

namespace troupe::steps {

namespace {

std::string how_to_define(const std::string& name) {
  return "\"" + name +
         "\" is said by no provider: define it under `types`, or name a file that does "
         "(--types FILE)";
}

} // namespace

/// The steps of content chains: what they take and give is known, what they do is not.
std::vector<step_kind> content_kinds() {
  std::vector<step_kind> all;
  for (auto& x : detail::content_kinds)
    all.push_back(
      {.name = x.name,
       .summary = x.summary,
       .input = x.input,
       .output = x.output,
       .check = [name = std::string{x.name}](const auto&) { return how_to_define(name); },
       .reaches_outside = true});
  return all;
}

} // namespace troupe::steps
