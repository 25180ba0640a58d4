// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/reader.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe::config {

/// What comes to a step: its type, and where it comes from, for people.
struct given_input {
  std::string type = "any";
  std::string giver = {}; ///< `"voices" before it`
  bool is_from_step =
    false; ///< of a kind, so that two plain steps are the native reader's to check
};

/// What the steps of a chain take and give, as far as the chain itself says it: `any`, what kinds
/// say, and `parallel` for the value of a group that collects all.
class content_types {
public:
  explicit content_types(const reader& document) : document_{document} {}

  std::string output_of(const reader& step) const;
  /// Tells if the step cannot take this.
  void check(const reader& step, const given_input& given) const;
  /// Tells if what a merge combines is of several types, or of the wrong one.
  void check_merge(const reader& merge, const reader& group) const;

private:
  struct named_type {
    std::string name, type;
  };
  std::string of_kind(const reader& step, const char* end) const;
  std::vector<named_type> given_by(const reader& group) const;
  std::string one_of_branches(const reader& group) const;
  void refuse(const reader& step, const std::string& wanted, const given_input& given) const;

  reader document_;
};

/// How a step is called in messages.
std::string label_of(const reader& step);

/// The merge strategy of a group, as it is written; `collect_all` if it is not.
std::string strategy_of(const reader& document, const reader& group);

} // namespace troupe::config
