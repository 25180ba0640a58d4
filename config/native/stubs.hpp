// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/template/reference.hpp"
#include "troupe/registry.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace troupe::config {

/// What stands in for steps of unknown kinds: they run nothing, and give what others read of them.
class stubs {
public:
  /// Gives its params, or its input if it has none.
  static std::shared_ptr<const step_kind> kind(const std::string& name);

  /// Somebody reads this part of a result; `as_list`: it has to be a list.
  void note(size_t slot, const plan::reference& x, bool as_list);
  /// An output that has all parts that are read of it; null: none is.
  nlohmann::json output_of(size_t slot, const std::string& id) const;

private:
  struct part {
    std::vector<plan::segment> way;
    bool as_list;
  };
  std::map<size_t, std::vector<part>> parts_; // by slot
};

} // namespace troupe::config
