// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace troupe::config {

/// What a jq program mentions, found by its tokens: strings and comments are passed over,
/// interpolations inside strings are not.
struct jq_mentions {
  std::set<std::string> variables; ///< `$name`, without the `$`, locally bound ones too
  std::set<std::string> names;     ///< functions, without fields (`.name`) and keys (`name:`)
};

jq_mentions scan_jq(std::string_view program);

/// The first name in the program that reaches outside of it (`env`, `input`, `import`, …); empty if
/// there is none.
std::string forbidden_in(const jq_mentions& x);

} // namespace troupe::config
