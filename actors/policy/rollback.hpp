// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/policy/policy.hpp"

#include <string>

namespace troupe {

/// Runs all undos, one after another; those that fail stop nothing. Gives the list of what was
/// done.
class rollback_policy final : public policy {
public:
  /// `paths`: of what is taken back, in the order of the children.
  explicit rollback_policy(std::vector<std::string> paths) : paths_{std::move(paths)} {}
  directive on_start(const given&) override { return launch_one(0); }
  directive on_settled(const settled& x) override;

private:
  std::vector<std::string> paths_;
  std::vector<value> told_;
};

} // namespace troupe
