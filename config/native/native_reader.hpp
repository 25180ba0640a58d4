// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/document/document.hpp"
#include "config/native/types.hpp"
#include "config/plan.hpp"
#include "config/reader.hpp"
#include "troupe/registry.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::config {

/// A node that references may name, at the place where the reader is.
struct readable_node {
  result_slot slot = 0;
  bool may_be_absent = false; ///< it may have been skipped, or have failed
};

/// Reads the native format (FORMATS.md, section 1) into a plan. Lives for one document. Its
/// functions collect every problem and go on; the plan counts only if there was none.
class native_reader {
public:
  native_reader(const document& x, problems& found, const registry& kinds);

  std::shared_ptr<plan::flow> read();

private:
  // flow.cpp
  void read_inputs(const reader& in);
  void read_context(const reader& in);
  void read_environment(const reader& in);
  void read_defaults(const reader& in);
  void read_prices(const reader& in);
  void warn_of_unused_inputs();
  void mark_read_nodes(plan::node& x);

  // node.cpp
  plan::node read_node(const reader& in, const std::string& parent_path,
                       const std::string& forced_id = {});
  void read_wrappers(const reader& in, plan::node& x);
  plan::retry read_retry(const reader& in);
  std::set<errc> read_codes(const reader& in);
  void read_fallback(const reader& in, plan::node& x);
  std::vector<plan::node> read_list(const reader& in, const std::string& parent_path);
  std::string id_of(const reader& in, const std::string& shape, const std::string& forced_id);

  // step.cpp
  plan::step read_step(const reader& in, plan::node& x);
  void read_params(const reader& in, const nlohmann::json& params, plan::step& out);
  void check_params(const reader& in, const nlohmann::json& params, plan::step& out);
  void add_defaults(const step_kind& kind, nlohmann::json& params) const;
  void take_timeout_param(const reader& in, const step_kind& kind, nlohmann::json& params,
                          plan::node& x);

  // parallel.cpp
  plan::parallel read_parallel(const reader& in, plan::node& x);
  std::vector<plan::node> read_branches(const reader& in, const plan::node& x, bool tolerant);
  void read_merge(const reader& in, plan::parallel& out, const plan::node& x);
  plan::context_rule read_context_rule(const reader& in);
  void check_parallel(const reader& in, const plan::parallel& x);
  void warn_of_conflicting_writes(const reader& in, const plan::parallel& x);

  // references.cpp
  plan::value_template read_template(const reader& in);
  plan::value_template read_template(const reader& in, const nlohmann::json& x);
  std::optional<plan::text_template> read_text_template(const reader& in, const std::string& text);
  void bind(const reader& in, plan::reference& x, bool optional);
  void bind_listed(const reader& in, const plan::reference& x, const char* list, const char* what,
                   const std::vector<std::string>& names);
  void bind_step(const reader& in, plan::reference& x, bool optional);
  void explain_unknown(const reader& in, const std::string& name, const std::string& piece);

  // ids.cpp
  void collect_ids(const reader& in);
  void collect_ids_of_node(const reader& in, const std::string& forced_id, bool is_backup);
  void note_id(const reader& in, const std::string& id, bool is_backup);

  // programs.cpp
  plan::expression read_program(const reader& in, const std::string& text);
  void check_programs();

  // ids.cpp: the nodes that are readable here. What a branch adds is taken away when it ends, and
  // given back behind its group.
  using added_nodes = std::vector<std::string>;
  size_t mark() const { return readable_log_.size(); }
  void make_readable(const std::string& id, bool may_be_absent);
  added_nodes take_back(size_t mark);
  void doubt_since(size_t mark);

  struct known_id {
    std::string pointer;
    result_slot slot;
    bool is_inside_backup;
  };
  struct noted_program {
    jq_source source;
    std::string pointer;
    std::vector<std::string> unreadable; ///< ids that it mentions and may not read
  };

  const document& document_;
  problems& found_;
  const registry& kinds_;
  std::shared_ptr<plan::flow> flow_;
  custom_types types_;
  std::map<std::string, known_id, std::less<>> ids_; // all of the document
  std::unordered_map<std::string, readable_node> readable_;
  added_nodes readable_log_;
  added_nodes guarded_; // the ids around the one that is being noted
  std::set<result_slot> read_slots_;
  std::set<std::string> read_inputs_;
  std::map<std::string, size_t> shapes_; // how many nodes of each so far
  std::vector<noted_program> programs_;
  std::optional<duration> default_timeout_;
  std::optional<plan::retry> default_retry_;
  std::map<std::string, nlohmann::json> default_params_; // by kind
  nlohmann::json prices_;
  std::set<std::string> broken_lists_; // `env`, `secrets`: what they name is not known
  bool in_set_ = false;                // `result` is there
};

/// Whether a node is to be read at all: `enabled: false` is as if it were not written.
bool is_enabled(const reader& in);

/// The type of what a node answers, as far as its kinds say: `any` if unknown.
std::string output_type(const plan::node& x);
std::string input_type(const plan::node& x);

} // namespace troupe::config
