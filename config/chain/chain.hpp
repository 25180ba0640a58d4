// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/chain/content_types.hpp"
#include "config/chain/form.hpp"
#include "config/chain/step_names.hpp"
#include "config/translation.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe::config {

/// Makes a native document of a content chain (FORMATS.md, section 4). Lives for one document.
class chain {
public:
  explicit chain(const reader& document) : document_{document}, types_{document} {}

  native_json translate();

private:
  /// What stands around a step in its list.
  struct around {
    std::optional<reader> before = {}; ///< the step before it, if there is one
    std::optional<reader> split = {};  ///< a `split_input` that belongs to it
    bool begins = false;               ///< it gets what the chain is given
  };

  // translate.cpp
  void add_heading(native_object& out);
  void check_settings();
  contents first_content() const;

  // inputs.cpp
  void read_inputs(native_object& out);
  void declare(native_object& all, const std::string& name, bool is_required);
  void choose_first();
  std::optional<std::string> wanted_first(const std::vector<std::string>& written);

  // list.cpp
  native_json list_of(const reader& steps, bool begins);
  native_json lowered(const reader& step, const around& where);
  /// A step, or a list of them, of which nobody knows what comes before.
  native_json lowered_alone(const reader& step);
  native_json lowered_list(const reader& in, const around& where);

  // step.cpp
  native_json lowered_step(const reader& in, const around& where);
  void add_name(const reader& in, native_object& out);
  void add_wrappers(const reader& in, native_object& out, const around& where);
  void add_outer(const reader& in, native_object& out, const around& where);
  void add_inner(const reader& in, native_object& out);
  void add_native(const reader& in, native_object& out, const std::vector<std::string>& keys);
  void add_meta(const reader& in, native_object& out);
  void add_backups(const reader& in, native_object& out);
  native_json params_of(const reader& in);
  native_json file_in_folder(const reader& file);

  // group.cpp
  native_json lowered_group(const reader& in, const around& where);
  void add_group_settings(const reader& in, native_object& out, const reader& branches,
                          bool is_split);
  void add_merge(const reader& in, native_object& out, const reader& branches, bool is_split);
  void collect_all(const reader& in, native_object& out, const reader& branches, bool is_split);
  std::optional<reader> group_setting(const reader& in, const std::string& key) const;
  bool fails_fast(const reader& in) const;

  // batch.cpp
  native_json lowered_batch(const reader& in, const around& where);
  native_json batch_of(const reader& in, native_json items);
  /// Where the items come from, if the batch does not say it; nothing: that is a problem.
  std::optional<std::string> items_for(const reader& in, const around& where);

  // merge.cpp
  native_json lowered_merge(const reader& in, const around& where);
  native_json lowered_split(const reader& in, const around& where);
  native_json split_of_group(const reader& split);

  reader document_;
  content_types types_;
  step_names names_;
  std::string first_;  ///< the input that the first step gets; empty: none
  std::string folder_; ///< before names of output files
  bool has_output_files_ = false;
};

/// Says of a batch that it takes the outputs out of what the step before it gives.
inline const std::string results_of_before = "results";

} // namespace troupe::config
