// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "messages/allow_unsafe.hpp"
#include "messages/step_protocol.hpp"
#include "troupe/error.hpp"
#include "troupe/metrics.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// Supervisor to reducer: merge what the branches changed relative to the scope's context, in this
/// order.
struct reduce {
  attempt_id attempt = 0;
  std::shared_ptr<const troupe::scope> scope = {};
  std::vector<changes> branches = {};
};

/// Supervisor to reducer: nobody wants the merge any more. The answer is owed all the same.
struct stop_reduce {};

/// A key that several branches changed, and what settled it.
struct conflict {
  std::string key = {};
  std::string policy = {};
  friend bool operator==(const conflict&, const conflict&) = default;
};

/// Reducer to supervisor: the merged changes, or why they do not merge. Its last message.
struct reduced {
  attempt_id attempt = 0;
  changes delta = {};
  std::vector<conflict> conflicts = {};
  std::optional<troupe::error> error = {};
  metrics spent = {}; ///< what a function of the host has cost
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::reduce)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::stop_reduce)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::reduced)
