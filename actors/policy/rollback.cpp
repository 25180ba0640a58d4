// SPDX-License-Identifier: Apache-2.0
#include "actors/policy/rollback.hpp"

namespace troupe {

directive rollback_policy::on_settled(const settled& x) {
  nlohmann::json one{{"path", paths_[x.child]}, {"status", to_string(x.result->status)}};
  if (x.result->error)
    one["error"] = *x.result->error;
  told_.push_back(value{std::move(one)});
  if (auto next = x.child + 1; next < paths_.size())
    return launch_one(next);
  return finish{{.output = value::list(std::move(told_))}};
}

} // namespace troupe
