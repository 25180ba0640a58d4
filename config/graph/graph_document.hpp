// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/graph/pipeline.hpp"
#include "config/template/reference.hpp"
#include "config/translation.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace troupe::config {

/// A document of nodes and edges (FORMATS.md, section 3) on its way to a native one.
class graph_document {
public:
  /// `around`: the one that it stands in.
  explicit graph_document(const reader& in, graph_document* around = nullptr);
  native_json translate();

private:
  // graph_document.cpp
  void read_names();
  void put_inputs(native_object& out);
  void put_pipeline(native_object& out);
  void put_output(native_object& out);
  void find_certain(const std::vector<placed_node>& nodes, const std::vector<written_edge>& edges,
                    const std::map<std::string, reader>& groups);
  std::vector<reader> enabled_nodes();
  void warn_of_odd_nodes(const std::vector<written_edge>& edges);
  std::vector<written_edge> read_edges();

  // graph_node.cpp
  native_json node(const reader& in);
  native_json inner_node(const reader& in, const std::string& key);
  native_json native_node(const reader& in, const std::string& name);
  native_json plain_node(const reader& in);
  void put_native(const reader& in, const std::vector<std::string>& keys, native_object& out);
  void put_params(const reader& in, native_object& out);
  static void check_params_key(const reader& in);
  void put_batch(const reader& in, native_object& out);
  void put_retries(const reader& in, native_object& out);
  void put_meta(const reader& in, native_object& out);
  void put_output_mappings(const reader& node, native_object& out);
  void put_input_mappings(const std::string& id, const char* key, native_object& out);

  // inner_nodes.cpp
  native_json with_inner_nodes(const std::string& key, const reader& in);
  native_json inner_nodes(const reader& in);
  native_json branches(const reader& in);
  native_json choices(const reader& in);
  native_json merge_rule(const reader& in);
  native_json inner_graph(const reader& in);
  void note_inner_ids(const nlohmann::json& node);
  std::string made_up_id(const std::string& wish);
  native_json with_nodes_under(const std::vector<std::string>& keys, const reader& in);

  // graph_call.cpp
  native_json call(const reader& in, const std::string& name);
  void put_wrappers(const reader& in, native_object& out);
  void put_given(const reader& params, native_object& out);
  native_json renamed_outputs(const reader& mapping, const std::string& id);
  std::string called(const reader& params, const std::string& id);
  void add_flow(const std::string& name, const reader& in);
  std::string free_flow_name(const std::string& wish);
  std::optional<std::string> flow_called(const std::string& name) const;
  graph_document& outermost() { return around_ ? around_->outermost() : *this; }

  // graph_names.cpp: templates name inputs and mapped outputs without saying what they are
  native_json written(const reader& x);
  std::string text(const reader& at, const std::string& text);
  std::string name_of(const plan::reference& x) const;
  native_json with_default(const std::string& source) const;

  const reader in_;
  graph_document* const around_;
  std::set<std::string> inputs_, ids_, context_;
  std::set<std::string> inner_ids_;        ///< of nodes that stand inside of others
  std::set<std::string> certain_;          ///< ids of nodes that have run when the graph succeeds
  std::set<std::string> left_out_;         ///< of those that the start does not lead to
  std::set<std::string> bound_;            ///< names that batches bind
  std::map<std::string, reader> mappings_; ///< by id of the node
  bool is_permissive_ = false;
  std::map<std::string, std::string> flow_names_; ///< of its own flows, in the native document
  std::set<std::string> used_flow_names_;         ///< of the outermost document, as the next one
  native_json flows_ = native_json::object();
};

} // namespace troupe::config
