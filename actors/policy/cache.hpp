// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/policy/policy.hpp"

#include <optional>
#include <string>

namespace troupe {

/// Looks whether the node's result is known; runs it if not, and keeps a success. A cache that does
/// not work costs only its use.
class cache_policy final : public policy {
public:
  /// Places of the children.
  enum : child_index { key, look_up, body, keep };

  /// `scope`: what keys are told apart by besides. `ttl`: how long a result is good.
  cache_policy(std::string scope, std::optional<duration> ttl)
    : scope_{std::move(scope)}, ttl_{ttl} {}
  directive on_start(const given&) override { return launch_one(key); }
  directive on_settled(const settled& x) override;

private:
  directive on_found(const step_result& x);
  directive on_body(const settled& x);
  finish end(step_result result, changes delta) const;
  value entry_for(const step_result& x, const changes& delta) const;

  std::string scope_;
  std::optional<duration> ttl_;
  std::string key_;
  std::shared_ptr<const step_result> ran_;
  changes delta_;
  std::string warning_;
};

} // namespace troupe
