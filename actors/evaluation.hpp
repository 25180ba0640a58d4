// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/run_services.hpp"
#include "messages/work_protocol.hpp"

#include <caf/actor.hpp>

#include <stop_token>

namespace troupe {

/// How long a condition may compute.
constexpr duration longest_evaluation = std::chrono::seconds{30};

/// Runs one jq program for an actor, which gets `evaluated`; also when it is stopped.
class evaluation final : public job {
public:
  evaluation(shared_services services, caf::actor who, attempt_id attempt, size_t program,
             value input, config::jq_programs::variables variables)
    : services_{std::move(services)}, who_{std::move(who)}, attempt_{attempt}, program_{program},
      input_{std::move(input)}, variables_{std::move(variables)} {}

  void run() noexcept override;
  void refuse(const error& why) override;
  bool is_abandoned() const override { return stop_.stop_requested(); }

  /// Nobody wants the value any more. Any thread may say so.
  void stop() { stop_.request_stop(); }

private:
  shared_services services_;
  caf::actor who_;
  attempt_id attempt_;
  size_t program_;
  value input_;
  config::jq_programs::variables variables_;
  std::stop_source stop_;
};

} // namespace troupe
