// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/policy/graph_context.hpp"
#include "actors/policy/policy.hpp"
#include "config/plan.hpp"

#include <map>

namespace troupe {

/// Starts each node as soon as its predecessors are settled. An edge is alive when its node took
/// its action; a node with no live edge is passed over, and that spreads. Edges that close a cycle
/// run it again. Children beyond the nodes name the action of the node that is that many places
/// before.
class graph_policy final : public policy {
public:
  /// Arguments must outlive the policy. `rules`: how keys of the context merge.
  graph_policy(const plan::graph& spec, const plan::context_rules& rules);
  directive on_start(const given& x) override;
  directive on_settled(const settled& x) override;
  directive on_timeout(error why) override;
  sight children_see() const override { return sight::results; }

private:
  using node_index = size_t;

  directive on_node(const settled& x);
  directive on_action(const settled& x);
  directive after(node_index node, const std::string& action);
  directive next();
  void resolve(node_index node, const std::string& action);
  void settle_edge(const plan::edge& edge, bool is_alive);
  void pass_over(node_index node);
  bool take_edge(const plan::edge& edge);
  void make_ready(node_index node, std::optional<node_index> again_from = {});
  void stop(error why);
  void end_cycles_of(node_index node);
  void run_again(node_index entry);
  std::optional<node_index> cycle_left_by(const plan::edge& edge) const;
  value input_for(node_index node) const;
  bool has_error_edge(node_index node) const;
  directive conclude();
  directive fail(error why);

  const plan::graph& spec_;
  graph_context context_;
  std::vector<std::vector<const plan::edge*>> out_; // by node
  std::vector<std::vector<node_index>> cycles_of_;  // entries of the cycles around, by node
  std::vector<size_t> unresolved_;                  // edges into the node that are undecided
  std::vector<std::vector<node_index>> live_;       // where the live ones come from
  std::vector<std::shared_ptr<const step_result>> results_; // of the latest visit
  std::vector<size_t> visits_;
  std::vector<bool> is_settled_;                      // by edge
  std::vector<size_t> active_;                        // by entry: nodes of the cycle that run
  std::map<node_index, std::vector<bool>> is_inside_; // by entry: which nodes are in the cycle
  std::map<node_index, node_index> again_;            // entries to run again, and who asked
  std::map<node_index, std::vector<const plan::edge*>> dead_at_end_; // of cycles, by entry
  launch ready_; // what the present event starts
  value input_;
  size_t running_ = 0;
  bool stopping_ = false;
  bool has_cancelled_ = false;
  bool degraded_ = false;
  std::optional<error> cause_; // the first failure in time, or that there is no time left
};

} // namespace troupe
