// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/errc.hpp"
#include "troupe/export.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace troupe {

/// Why something failed.
struct error {
  errc code = errc::step_failed;
  std::string message = {};                ///< what was wanted, what was found
  std::string path = {};                   ///< the node that failed; empty: the whole
  std::optional<bool> retryable = {};      ///< whether trying again may help; nothing: by code
  nlohmann::json details = {};             ///< more for programs; null or an object
  std::shared_ptr<const error> cause = {}; ///< the failure that came before, if any
};

TROUPE_EXPORT bool operator==(const error& x, const error& y);

/// Whether trying again may help: what the error says itself, else what its code says. Not worth a
/// retry: invalid_input, unresolved_reference, denied, merge_conflict, payload_too_large,
/// cancelled, budget_exceeded.
TROUPE_EXPORT bool is_retryable(const error& x);

TROUPE_EXPORT void to_json(nlohmann::json& out, const error& x);

/// What a step function throws to fail with a code of its choice. Any other exception becomes
/// `step_failed` with its `what()`.
struct TROUPE_EXPORT step_error : std::runtime_error {
  step_error(errc code, std::string message, std::optional<bool> retryable = {},
             nlohmann::json metrics = {}, nlohmann::json details = {})
    : std::runtime_error{message}, code{code}, retryable{retryable}, metrics(std::move(metrics)),
      details(std::move(details)) {}

  errc code;
  std::optional<bool> retryable; ///< nothing: as the code says
  nlohmann::json metrics;        ///< what the failed call cost; null or an object of numbers
  nlohmann::json details;        ///< null or an object; `retry_after` (seconds) delays a retry
};

} // namespace troupe
