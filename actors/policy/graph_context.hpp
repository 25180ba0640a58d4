// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/policy/context_merge.hpp"
#include "config/plan.hpp"
#include "troupe/context.hpp"
#include "troupe/detail/persistent_map.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace troupe {

/// What the nodes of a graph see of each other's changes: each sees those of the nodes that it
/// comes after. Where several come together that changed one key, the key's rule decides; what a
/// later node changed again counts once, as the later one has it.
class graph_context {
public:
  /// `rules` must outlive it.
  graph_context(size_t nodes, const plan::context_rules& rules);
  void begin(context base);

  /// The context of a node behind these.
  expected<context> behind(size_t node, const std::vector<size_t>& predecessors);
  void changed(size_t node, const changes& delta);
  /// The context as the node leaves it.
  context after(size_t node) const;
  /// What is left of each node's changes at the end, in order of definition.
  std::vector<changes> left() const;

private:
  /// A value, and the writes that made it, by number, ascending.
  struct entry {
    std::optional<value> what;
    std::vector<size_t> made_by;
  };
  /// One node has set or erased one key, once.
  struct write {
    size_t node;
    std::string key;
    std::optional<value> what;
    std::vector<size_t> over; ///< what it found there
    bool is_overwritten = false;
  };
  /// What a node sees, and who wrote what of it. Shared with the nodes before it.
  struct sight_of_node {
    detail::persistent_map<std::string, entry> entries;
    context seen;
  };
  using shared_sight = std::shared_ptr<const sight_of_node>;

  expected<shared_sight> merged_before(const std::vector<size_t>& predecessors) const;
  expected<entry> merged_key(const std::string& key, const std::vector<const entry*>& all) const;
  std::vector<const entry*> uncovered(const std::vector<const entry*>& all) const;
  bool covers(const entry& later, const entry& earlier) const;

  const plan::context_rules& rules_;
  shared_sight base_;
  std::vector<shared_sight> before_, after_; // by node; null: it has not been there
  std::vector<write> writes_;                // in the order in which they came
};

} // namespace troupe
