// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/property/joining.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace troupe::test {

/// Who has written what in a graph: nodes see the writes of those behind which they run.
class graph_writes {
public:
  using policy_of_key = std::function<std::string(const std::string&)>;

  graph_writes(nlohmann::json base, size_t nodes, policy_of_key policy_of);

  /// The node runs behind these; false: what they wrote does not merge.
  bool begin(size_t node, const std::vector<size_t>& behind);
  nlohmann::json seen_by(size_t node) const;
  void changed(size_t node, const delta& changes);
  /// What nobody has overwritten, by node, in order of definition.
  std::vector<delta> left() const;

private:
  /// A value, and the numbers of the writes that made it.
  struct entry {
    std::optional<nlohmann::json> what;
    std::set<size_t> made_by;
  };
  struct one_write {
    size_t node;
    std::string key;
    std::optional<nlohmann::json> what;
    std::set<size_t> over; ///< writes that it came after, and those that they did
  };
  using sight_of_node = std::map<std::string, entry>;

  std::vector<entry> newest(std::vector<entry> all) const;

  nlohmann::json base_;
  policy_of_key policy_of_;
  std::vector<sight_of_node> sees_; ///< by node, its own changes included
  std::vector<one_write> writes_;
};

} // namespace troupe::test
