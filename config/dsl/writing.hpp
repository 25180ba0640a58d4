// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/dsl/node.hpp"
#include "troupe/dsl/piece.hpp"
#include "troupe/duration.hpp"

#include <string>
#include <vector>

// How documents write what C++ has types for.
namespace troupe::dsl {

/// Exactly, in the largest unit that makes it a whole number: `90s`, `250ms`, `0.5us`.
std::string text_of(duration x);
written list_of(const std::vector<errc>& codes);
written object_of(const retry_options& x);
written object_of(const budget_options& x);

/// For where a list of nodes may not stand: such a list as a `sequence`.
piece single(const node& x);

} // namespace troupe::dsl
