// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/expected.hpp"
#include "troupe/export.hpp"
#include "troupe/value.hpp"

#include <optional>
#include <string>
#include <vector>

// What parallel groups, and the steps `merge` and `split`, do with lists.
namespace troupe {

/// The items dealt to `hands` lists in turn. `list`: a list; `hands`: at least 1. Lists may be
/// empty.
TROUPE_EXPORT std::vector<value> dealt(const value& list, size_t hands);
/// The items as `parts` lists of neighbours, whose sizes differ by one at most, longer ones first.
TROUPE_EXPORT std::vector<value> chunks(const value& list, size_t parts);

/// Objects merged member by member (the later one counts), lists one behind the other, texts with
/// `separator` between them; one output is itself. merge_conflict for anything else, and for
/// outputs of different types. `outputs` must not be empty.
TROUPE_EXPORT expected<value> combined(const std::vector<value>& outputs,
                                       const std::string& separator);

/// What equal outputs have in common: as JSON, members in one order.
TROUPE_EXPORT std::string vote_of(const value& output);
/// Equal outputs, and how often each was given, in order of the first of each.
TROUPE_EXPORT std::vector<std::pair<value, size_t>> votes_of(const std::vector<value>& outputs);
/// The one with most votes; of several the earliest. `votes` must not be empty.
TROUPE_EXPORT const std::pair<value, size_t>&
winner_of(const std::vector<std::pair<value, size_t>>& votes);

} // namespace troupe
