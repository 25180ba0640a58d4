// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "messages/allow_unsafe.hpp"
#include "messages/step_protocol.hpp"
#include "troupe/error.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// Supervisor to reducer: merge what the branches changed relative to `base`, in this order.
struct reduce {
  attempt_id attempt = 0;
  context base = {};
  std::vector<changes> branches = {};
};

/// Supervisor to reducer: nobody wants the answer any more.
struct stop_reduce {};

/// A key that several branches changed, and what settled it.
struct conflict {
  std::string key = {};
  std::string policy = {};
  friend bool operator==(const conflict&, const conflict&) = default;
};

/// Reducer to supervisor: the merged changes, or why they do not merge.
struct reduced {
  attempt_id attempt = 0;
  changes delta = {};
  std::vector<conflict> conflicts = {};
  std::optional<troupe::error> error = {};
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::reduce)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::stop_reduce)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::reduced)
