// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/blueprint/expression.hpp"
#include "config/blueprint/keys.hpp"
#include "config/blueprint/machine.hpp"
#include "config/blueprint/step_names.hpp"
#include "config/translation.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::config::blueprint {

/// What a step says: itself, or under a key of it.
class said {
public:
  said(reader step, std::optional<reader> inner = {})
    : step_{std::move(step)}, inner_{std::move(inner)} {}

  const reader& place_of(std::string_view key) const {
    return inner_ && inner_->has(key) ? *inner_ : step_;
  }
  bool has(std::string_view key) const { return place_of(key).has(key); }
  reader member(std::string_view key) const { return place_of(key).member(key); }
  std::optional<std::string> word(std::string_view key, const keys::list& words) const {
    return place_of(key).word(key, words);
  }

private:
  reader step_;
  std::optional<reader> inner_;
};

/// Makes the native document of a blueprint (FORMATS.md, section 5). Lives for one document; each
/// function reads one shape.
class translator {
public:
  explicit translator(const reader& document) : document_{document}, names_{document.json()} {}
  native_json run();

private:
  struct branch {
    std::string name, id;
    native_json node; ///< or a list of nodes
    reader from;
  };

  // translate.cpp
  void read_imports();

  // agents.cpp
  native_json types();
  native_json agent_type(const reader& in);
  void add_agent_wrappers(const std::string& agent, native_object& out);

  // step.cpp
  native_json steps(const reader& in);
  /// A list in a scope of its own: written as such, under `steps`, or as its only step.
  native_json list(const reader& in);
  native_json step(const reader& in);
  native_json plain_step(const reader& in);
  native_json file_of(const reader& in, const reader& uses, const std::string& name);
  std::string add_id(const reader& in, native_object& out);

  // wrappers.cpp
  /// Everything that all kinds of steps have in common; `more`: the keys of this one.
  void add_wrappers(const reader& in, native_object& out, const keys::list& more);
  void add_config(const reader& in, native_object& out);
  void add_set(const reader& in, native_object& out);
  void add_meta(const reader& in, native_object& out);
  void add_backups(const reader& in, native_object& out);
  void add_budget(const reader& in, native_object& out);
  void check_keys(const reader& in, const keys::list& known, const keys::refused& refused,
                  const std::string& whose);

  // values.cpp
  /// As it is written, with its templates as native ones.
  native_json filled(const reader& in);
  std::string native_text(const reader& in, const std::string& text);
  std::optional<jq_text> expression(const reader& in);

  // parallel.cpp
  native_json parallel(const reader& in);
  void add_branches(const said& group, native_object& out, const std::string& chosen_by);
  std::vector<branch> branches(const said& group);
  branch read_branch(const reader& in, const std::string& name);
  void limit_exports(const said& group, std::vector<branch>& all);
  void add_context_rule(const said& group, native_object& out);

  // router.cpp
  native_json router(const reader& in);

  // conditional.cpp
  native_json conditional(const reader& in);
  native_json choices(const reader& in, const jq_text& decides);
  native_json decided_by_kind(const reader& in, const std::string& id);

  // loop.cpp
  native_json loop(const reader& in);
  void add_loop(const reader& in, native_object& out);

  // map.cpp
  native_json map(const reader& in);
  native_json batch_of(const reader& spec);

  // hitl.cpp, cache.cpp
  native_json hitl(const reader& in);
  native_json cache(const reader& in);

  // machine.cpp
  native_json machine(const reader& in);
  state_names names_of_states(const reader& in);
  native_json states(const reader& in);
  std::vector<transition> transitions(const reader& in, const state_names& known);
  void add_jumps(const std::string& name, native_json& node, const std::vector<transition>* rules,
                 const state_names& known);
  void refuse_ambiguous(const reader& states);

  reader document_;
  step_names names_;
  std::map<std::string, reader> imports_;
  std::map<std::string, reader> agents_;
};

/// The kind that `uses` means.
std::string kind_of(const std::string& uses);

/// Reads the output of a step in jq.
std::string jq_output(const std::string& id);

} // namespace troupe::config::blueprint
