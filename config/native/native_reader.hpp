// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/native/reading.hpp"
#include "config/native/types.hpp"
#include "config/plan.hpp"
#include "config/reader.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::config {

class graph_shape;

/// A node that references may name, at the place where the reader is.
struct readable_node {
  result_slot slot = 0;
  bool may_be_absent = false; ///< it may have been skipped, or have failed
};

/// What all flows of one document have in common.
struct document_settings {
  custom_types types;
  std::optional<duration> default_timeout;
  std::optional<plan::retry> default_retry;
  std::map<std::string, nlohmann::json> default_params; ///< by kind
  nlohmann::json prices;
  std::vector<std::string> environment, secrets, limits;
  std::set<std::string> broken_lists; ///< `env`, `secrets`: what they name is not known
};

/// Reads a flow of the native format (FORMATS.md, section 1) into a plan. Lives for one flow. Its
/// functions collect every problem and go on; the plan counts only if there was none.
class native_reader {
public:
  /// For a document.
  native_reader(source& from, reading& all);
  /// For a flow that stands in the same document.
  native_reader(const native_reader& around, plan::flow_core& out);

  /// The flow that is run.
  void read(plan::flow& out);
  /// A flow that is called: a document of its own, or what stands under `flows` in one.
  void read_called(const reader& in, plan::subflow& out, int conditions);

  /// What a program that does not compile means.
  void explain_program(const noted_program& x);

private:
  struct graph_around;
  using names = std::map<std::string, name_slot, std::less<>>;

  // flow.cpp
  void read_document(const reader& in);
  void read_core(const reader& in);
  void read_inputs(const reader& in);
  void read_outputs(const reader& in);
  void read_context(const reader& in);
  void read_environment(const reader& in);
  void read_defaults(const reader& in);
  void read_prices(const reader& in);
  void warn_of_unused_inputs();
  void mark_read_nodes(plan::node& x);

  // subflows.cpp
  plan::call read_call(const reader& in);
  const plan::subflow* called_flow(const reader& in, const std::string& name);
  const plan::subflow* read_subflow(const std::string& key, source* document,
                                    const std::string& pointer);
  void check_inputs(const reader& in, const plan::subflow& target);
  source* source_of(const reader& in, const std::string& file);
  source* find_source(const reader& in, const std::string& file);
  void check_subflows(const reader& in);

  // limits.cpp
  void read_limits(const reader& in);
  plan::budget read_budget(const reader& in);
  void read_spending(const reader& in, plan::node& x);

  // place.cpp
  std::optional<plan::place> read_place(const reader& in);
  void take_place(const reader& in, plan::node& x, const std::string& shape,
                  std::optional<plan::place> given);

  // node.cpp
  plan::node read_node(const reader& in, const std::string& parent_path,
                       const std::string& forced_id = {});
  void read_body(const reader& in, plan::node& x, const std::string& shape);
  std::string id_of(const reader& in, const std::string& forced_id) const;
  /// A node, or a list of nodes as a sequence.
  plan::node read_node_or_list(const reader& in, const std::string& parent_path,
                               const std::string& list_id);

  // wrappers.cpp
  void read_outer_wrappers(const reader& in, plan::node& x);
  void read_inner_wrappers(const reader& in, plan::node& x);
  plan::retry read_retry(const reader& in);
  std::set<errc> read_codes(const reader& in);
  void read_fallback(const reader& in, plan::node& x);
  void read_undo(const reader& in, plan::node& x);
  void read_cache(const reader& in, plan::node& x);
  names read_batch(const reader& in, plan::node& x);

  // list.cpp
  plan::body read_list(const reader& in, const std::string& parent_path);
  std::vector<plan::node> read_nodes(const reader& in, const std::string& parent_path);
  std::vector<std::optional<plan::jumps>> read_jumps(const reader& in,
                                                     const std::vector<plan::node>& nodes);
  void check_types(const reader& in, const plan::node& before, const plan::node& x);

  // groups.cpp
  plan::choice read_choice(const reader& in, const plan::node& x);
  plan::loop read_loop(const reader& in, const plan::node& x);
  plan::wait read_wait(const reader& in, const plan::node& x);
  plan::helper read_condition(const reader& in);
  plan::on_error read_on_error(const reader& in, plan::node& x, bool default_continues);

  // graph.cpp
  plan::graph read_graph(const reader& in, plan::node& x);
  plan::graph read_nodes_and_edges(const reader& spec, const std::string& parent_path);
  plan::graph read_dependencies(const reader& in, const std::string& parent_path);
  std::vector<plan::edge> read_edges(const reader& in, const std::vector<std::string>& ids);
  plan::graph read_graph_nodes(const reader& in, const std::vector<reader>& items,
                               std::vector<plan::edge> edges, const std::string& parent_path);
  void tell_cycles(const reader& in, const graph_shape& shape, const plan::graph& x);

  // step.cpp
  plan::step read_step(const reader& in, plan::node& x);
  void read_given(const reader& in, const expanded_step& expanded, plan::node& x);
  void read_params(const reader& in, const nlohmann::json& params, plan::step& out);
  void check_params(const reader& in, const nlohmann::json& params, plan::step& out);
  void add_defaults(const step_kind& kind, nlohmann::json& params) const;
  void take_timeout_param(const reader& in, const step_kind& kind, nlohmann::json& params,
                          plan::node& x);

  // parallel.cpp
  plan::parallel read_parallel(const reader& in, plan::node& x);
  std::vector<plan::node> read_branches(const reader& in, const plan::node& x, bool tolerant);
  void check_parallel(const reader& in, const plan::parallel& x);
  void warn_of_conflicting_writes(const reader& in, const plan::parallel& x);

  // merge.cpp
  void read_merge(const reader& in, plan::parallel& out, const plan::node& x);
  void read_merge_options(const reader& in, plan::merge_rule& out, const plan::node& x);
  void read_split(const reader& in, plan::parallel& out);
  plan::context_rule read_context_rule(const reader& in);

  // references.cpp
  plan::value_template read_template(const reader& in);
  plan::value_template read_template(const reader& in, const nlohmann::json& x);
  std::optional<plan::text_template> read_text_template(const reader& in, const std::string& text);
  void bind(const reader& in, plan::reference& x, bool optional);
  void bind_input(const reader& in, plan::reference& x, bool optional);
  void bind_listed(const reader& in, const plan::reference& x, const char* list, const char* what,
                   const std::vector<std::string>& names);
  void bind_step(const reader& in, plan::reference& x, bool optional);
  void explain_unknown(const reader& in, const std::string& name, const std::string& piece,
                       size_t at);
  /// The node of that id, if what is read now may refer to it.
  std::optional<readable_node> find_readable(const std::string& id) const;

  // programs.cpp
  plan::expression read_program(const reader& in, const std::string& text);
  plan::helper read_jq_or_template(const reader& in);

  // ids.cpp
  void collect_ids(const reader& nodes);
  void collect_ids_of_node(const reader& in, const std::string& forced_id, bool is_backup);
  void note_id(const reader& in, const std::string& id, bool is_backup);
  void name_the_others();

  // ids.cpp: the nodes that are readable here. What a branch adds is taken away when it ends, and
  // given back behind its group.
  struct added_node {
    std::string id;
    bool may_be_absent;
  };
  using added_nodes = std::vector<added_node>;
  size_t mark() const { return readable_log_.size(); }
  void make_readable(const std::string& id, bool may_be_absent);
  void give_back(const added_nodes& x, bool may_be_absent);
  added_nodes take_back(size_t mark);
  void doubt_since(size_t mark);

  struct known_id {
    std::string pointer;
    result_slot slot;
    bool is_inside_backup;
    std::string repeated_in = {}; ///< pointer of the batch or loop around; empty: none
    bool is_made_up = false;
  };
  struct unnamed {
    std::string pointer, shape;
    size_t number; // among all of that shape
  };

  source& source_;
  problems& found_;
  reading& all_;
  const registry& kinds_;
  std::shared_ptr<document_settings> settings_;
  plan::flow_core* core_ = nullptr;
  std::string pointer_;                                      // of the flow in its document
  std::map<std::string, known_id, std::less<>> ids_;         // all of the flow
  std::unordered_map<std::string, std::string> made_up_ids_; // by pointer
  std::vector<unnamed> unnamed_;
  std::map<std::string, size_t> shapes_; // how many nodes of each
  std::unordered_map<std::string, readable_node> readable_;
  std::vector<std::string> readable_log_;
  std::string repeated_in_; // pointer of the batch or loop around the id that is being noted
  std::vector<std::string> guarded_;  // the ids around the one that is being noted
  std::vector<graph_around*> graphs_; // around what is read now, outermost first
  std::set<result_slot> read_slots_;
  std::set<std::string> read_inputs_;
  names names_;                                // that groups around bind
  std::optional<name_slot> inputs_name_;       // of a called flow
  std::optional<name_slot> undo_result_;       // inside of an undo
  bool in_set_ = false;                        // `result` is there
  std::string own_id_;                         // of the node whose `set` or `action` is read
  bool in_items_ = false;                      // of a batch: what is read has to be a list
  bool in_action_ = false;                     // likewise, as the input of what is read
  int conditions_ = 0;                         // around what is read now
  int rollbacks_ = 0;                          // likewise
  int places_ = 0;                             // nodes around that go elsewhere
  std::optional<plan::place> place_of_group_;  // of each member of the group around
  std::optional<plan::place> place_of_member_; // of the node that is read next
};

/// Whether a node is to be read at all: `enabled: false` is as if it were not written.
bool is_enabled(const reader& in);

/// The type of what a node answers, as far as its kinds say: `any` if unknown.
std::string output_type(const plan::node& x);
std::string input_type(const plan::node& x);

} // namespace troupe::config
