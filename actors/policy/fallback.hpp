// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/policy/policy.hpp"

#include <functional>
#include <string>

namespace troupe {

/// Tries the primary (child 0), then each backup, until one succeeds.
class fallback_policy final : public policy {
public:
  /// `triggers`: whether a backup may stand in for this failure. `names`: of the children, in
  /// order.
  fallback_policy(std::vector<std::string> names, std::function<bool(const error&)> triggers)
    : names_{std::move(names)}, triggers_{std::move(triggers)} {}
  directive on_start(const given& x) override;
  directive on_settled(const settled& x) override;

private:
  step_result with_story(step_result result) const;
  error chained_errors() const;

  std::vector<std::string> names_;
  std::function<bool(const error&)> triggers_;
  std::vector<std::shared_ptr<const step_result>> attempts_;
};

} // namespace troupe
