// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "messages/allow_unsafe.hpp"
#include "messages/step_protocol.hpp"
#include "troupe/expected.hpp"
#include "troupe/step.hpp"

#include <memory>
#include <vector>

namespace troupe {

/// Something that may block. It answers by itself, to whoever it was made for.
class job {
public:
  virtual ~job() = default;
  virtual void run() noexcept = 0;           ///< in a thread of the pool
  virtual void refuse(const error& why) = 0; ///< there is no thread for it
  virtual bool is_abandoned() const { return false; }
};

/// Anybody to pool: run this.
struct work {
  std::shared_ptr<troupe::job> job;
};

/// Who asked to pool: somebody has given up on a job that runs. It may be the last one that still
/// counted.
struct gave_up {};

/// How user code ended: what it answered, or why not, and what that cost.
struct outcome {
  expected<step_output> answer;
  nlohmann::json failed_metrics = {}; ///< of an answer that is an error
};

/// Job to step, group that hosts it, or reducer; or promise to step or group: user code has
/// returned.
struct worked {
  attempt_id attempt = 0;
  std::shared_ptr<const troupe::outcome> outcome = {};
};

/// Promise to step, or group that hosts it: answer with this when that much time has passed.
struct park {
  attempt_id attempt = 0;
  duration delay{0};
  std::shared_ptr<const troupe::outcome> outcome = {};
};

/// Job to supervisor: what a condition gives.
struct evaluated {
  attempt_id attempt = 0;
  expected<std::vector<value>> values = {};
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::work)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::gave_up)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::worked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::park)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::evaluated)
