// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/chain/content.hpp"
#include "config/reader.hpp"

#include <map>
#include <string>
#include <vector>

namespace troupe::config {

/// What the steps of a chain take and give, as far as the chain itself says it. Goes through all of
/// them once, and tells of every step that cannot take what it may be given. What is wrong
/// otherwise is for others to tell.
class content_types {
public:
  explicit content_types(const reader& document) : document_{document} {}

  void check(const reader& steps, const contents& given);
  /// What came to a step; `any` if nobody knows.
  std::string given_to(const reader& step) const;

private:
  // content_types.cpp: what goes from step to step
  contents through_list(const reader& steps, const contents& given);
  contents through(const reader& step, const contents& given);
  contents through_body(const reader& step, const contents& given);
  contents through_group(const reader& group, const contents& given);
  contents through_batch(const reader& batch, const contents& given);
  contents through_merge(const reader& merge, const contents& given);
  contents through_split(const reader& split, const contents& given);
  contents through_kind(const reader& step, const contents& given);
  /// What stands under that key: a step, or several.
  contents of_others(const reader& step, const char* key, const contents& given);

  // content_checks.cpp: what a step makes of that
  std::string of_kind(const reader& step, const char* end) const;
  std::string item_of_kind(const reader& step) const;
  void check_kind(const reader& step, const contents& given) const;
  void check_merge(const reader& merge, const contents& given) const;
  void check_split(const reader& split, const contents& given) const;
  /// What is combined must be of one type.
  void check_combined(const reader& at, const contents& parts, const char* cure) const;

  reader document_;
  std::map<std::string, std::string> given_; // by pointer of the step
};

/// How a step is called in messages.
std::string label_of(const reader& step);

/// The merge strategy of a group, as it is written; `collect_all` if it is not.
std::string strategy_of(const reader& document, const reader& group);

/// The strategy of a merge or a split, by its own key or as `strategy`.
std::string strategy_in(const reader& step, const char* own_key);

/// What a strategy that makes one list of files combines; empty: it takes anything.
std::string combined_by(const std::string& strategy);

/// A `split_input` right before a group says how that splits its input.
bool splits_for_next(const std::vector<reader>& steps, size_t place);

/// Steps with `depends_on` make a graph of their list.
bool is_graph(const std::vector<reader>& steps);
/// It says that it depends on nothing.
bool starts_at_once(const reader& step);

} // namespace troupe::config
