// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/registry.hpp"

#include <mutex>
#include <string>
#include <vector>

namespace troupe::test {

/// What steps of the kind `noted` have done, in order: each notes its param `what`, and gives it.
class notes {
public:
  void add_to(registry& kinds) {
    kinds.add_inline("noted", [this](const step_input& in) -> step_output {
      std::lock_guard guard{mutex_};
      all_.push_back(in.param("what").as_text());
      return in.param("what");
    });
  }
  std::vector<std::string> all() {
    std::lock_guard guard{mutex_};
    return all_;
  }

private:
  std::mutex mutex_;
  std::vector<std::string> all_;
};

} // namespace troupe::test
