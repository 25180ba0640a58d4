// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/run_services.hpp"
#include "messages/work_protocol.hpp"

#include <caf/actor.hpp>

#include <atomic>

namespace troupe {

/// How long a condition or a merge may compute.
constexpr duration longest_evaluation = std::chrono::seconds{30};

/// Runs one jq program for an actor, which gets `evaluated`.
class evaluation final : public job {
public:
  evaluation(shared_services services, caf::actor who, attempt_id attempt, size_t program,
             value input, config::jq_programs::variables variables)
    : services_{std::move(services)}, who_{std::move(who)}, attempt_{attempt}, program_{program},
      input_{std::move(input)}, variables_{std::move(variables)} {}

  void run() noexcept override;
  void refuse(const error& why) override;

private:
  shared_services services_;
  caf::actor who_;
  attempt_id attempt_;
  size_t program_;
  value input_;
  config::jq_programs::variables variables_;
};

} // namespace troupe
