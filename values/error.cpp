// SPDX-License-Identifier: Apache-2.0
#include "troupe/error.hpp"

namespace troupe {

bool operator==(const error& x, const error& y) {
  auto same_cause = x.cause == y.cause || (x.cause && y.cause && *x.cause == *y.cause);
  return x.code == y.code && x.message == y.message && x.path == y.path &&
         x.retryable == y.retryable && x.details == y.details && same_cause;
}

bool is_retryable(const error& x) {
  if (x.retryable)
    return *x.retryable;
  switch (x.code) {
  case errc::invalid_input:
  case errc::unresolved_reference:
  case errc::denied:
  case errc::merge_conflict:
  case errc::payload_too_large:
  case errc::cancelled:
  case errc::budget_exceeded:
    return false;
  default:
    return true;
  }
}

void to_json(nlohmann::json& out, const error& x) {
  out = {{"code", to_string(x.code)},
         {"message", x.message},
         {"path", x.path},
         {"retryable", is_retryable(x)}};
  if (!x.details.is_null())
    out["details"] = x.details;
  if (x.cause)
    out["cause"] = *x.cause;
}

} // namespace troupe
