// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/group_spec.hpp"

#include <string>

namespace troupe {

/// Where branches go that do not run in this process.
class elsewhere {
public:
  virtual ~elsewhere() = default;
  /// Makes the actor that stands for the child here, and finds a place for it.
  virtual caf::actor spawn(caf::local_actor* parent, const shared_services& services,
                           const child_spec& child, const std::string& path) const = 0;
};

} // namespace troupe
