// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace troupe::config {

/// What a step may be given: its type, and where it comes from, for people. `parallel` is the value
/// of a group that collects all.
struct content {
  std::string type = "any";
  std::string from = {}; ///< `"voices" before it gives`
  std::string name = {}; ///< of the step that gives it
  /// Of a list, or of what a group or a batch collects; none: nobody knows.
  std::vector<content> parts = {};
};

/// One of these; none: nobody knows.
using contents = std::vector<content>;

bool is_collected(const content& x);

/// What a list holds, and the lists in it.
contents items_in(const contents& lists);

/// For people: a list says of what, if that is known.
std::string described(const content& x);

} // namespace troupe::config
