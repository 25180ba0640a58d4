// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/dsl/piece.hpp"
#include "troupe/registry.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace troupe::dsl {

/// What a function is in a flow.
enum class role : uint8_t { step, merge, split, context_merge };

struct function {
  std::variant<plain_fn, inline_fn, async_fn, list_fn> run;
  dsl::role role = role::step;
};

/// A mark, and the function that it stands for.
piece marked(function x);

/// Adds the functions to those of `into`; the rest is the answer.
written take(piece from, piece& into);

/// A place of a document where a function has no name yet.
struct unnamed {
  written* mark;
  const function* what;
  std::string key;     ///< under which it stands, of the node or of a part of it
  std::string id;      ///< of its node; may be empty
  std::string pointer; ///< of its node
};

/// In the order of the document, which must stay as it is while they are used.
std::vector<unnamed> unnamed_functions(piece& document);

/// Puts a name in the place of every mark, and adds the functions by these names.
void name_functions(piece& document, registry& kinds);

} // namespace troupe::dsl
